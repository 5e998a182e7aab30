// A text that must not be seen: a password, a token. Whoever needs it asks for it by name, reveal(); Drydock
// itself takes it out of all that it says.
//
//   const Secret password{"hunter2-hunter2"};
//   TestContainer db({.image = "postgres:16", .env = {{"POSTGRES_PASSWORD", password.reveal()}}});
//   db.exec({"psql", "postgresql://me:" + password.reveal() + "@localhost/"});  // an error says '***' for it
#pragma once

#include <iosfwd>
#include <string>

namespace drydock {

/// Holds a secret. From its construction to the end of the process, log lines, errors' messages, traces,
/// metrics and the evidence of failed tests show "***" wherever they would have shown its value: also when it
/// comes back in an engine's words or a container's log lines. A value of fewer than four bytes is not
/// masked, for it would be found everywhere. Not wiped from memory. A value; thread-safe as one.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);

  /// Returns the value itself, for where it must be used.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;
  /// Prints a mask.
  friend std::ostream& operator<<(std::ostream& out, const Secret& secret);
  friend void PrintTo(const Secret& secret, std::ostream* out);

 private:
  std::string value_{};
};

}  // namespace drydock

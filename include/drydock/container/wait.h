// Readiness conditions: when a started container counts as ready. Plain values, listed in
// ContainerSpec::ready. Every wait ends early when the container dies, and says at its timeout what it saw
// last.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drydock {

class TestContainer;

namespace wait {

class Condition;

/// The container runs. (Implied: a wait for nothing still fails when the container has died at start.)
struct Started {};

/// A line of stdout or stderr contains a text or matches a pattern; lines that are split over frames or
/// writes are put together first. A line that is not ended counts once the engine passes it on, which Docker
/// does at the container's end or after 16 KiB.
struct LogLine {
  std::string contains{};
  std::string matches{};  ///< POSIX extended regular expression; with `contains`: both on one line
  int times{1};           ///< so many lines
};

/// The published port takes a connection and keeps it open: an accept by a userland proxy with nobody behind
/// it does not count.
struct PortOpen {
  std::uint16_t port{0};  ///< container port (TCP); 0: every published TCP port
};

/// An HTTP request to the published port is answered as wanted.
struct HttpOk {
  std::uint16_t port{0};  ///< container port; 0: the only published TCP port
  std::string path{"/"};
  std::string method{"GET"};
  std::vector<int> statuses{200};
  std::string body_contains{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// The engine's healthcheck says healthy; fails at once when there is no healthcheck, and when it says
/// unhealthy.
struct Healthy {};

/// A command in the container exits with 0.
struct ExecSucceeds {
  std::vector<std::string> argv{};
  std::chrono::milliseconds interval{50};  ///< from the end of one try to the next
};

/// The container has ended by itself with this code: for one-shot containers. The only condition that a
/// container's end meets.
struct Exited {
  int code{0};
};

/// The user's own check; `ready` is called until it returns true. What it throws is kept as the last thing
/// seen, but an InvalidArgumentError ends the wait: bad input does not get better.
struct Custom {
  std::string name{"custom"};
  std::function<bool(const TestContainer&)> ready{};
  std::chrono::milliseconds interval{10};
};

/// Any one of several; the first that is met wins.
struct AnyOf {
  // No initialiser: with one, clang 14 would need Condition to be complete here.
  std::vector<Condition> conditions;
};

/// Any one kind's value, for src/.
struct AnyKind;

/// One condition of any of the kinds above. Copies share one value, which does not change.
class Condition {
 public:
  // No variant here, and no template: every test file would pay for them when it is compiled.
  Condition(Started started);     // NOLINT(google-explicit-constructor)
  Condition(LogLine line);        // NOLINT(google-explicit-constructor)
  Condition(PortOpen port);       // NOLINT(google-explicit-constructor)
  Condition(HttpOk http);         // NOLINT(google-explicit-constructor)
  Condition(Healthy healthy);     // NOLINT(google-explicit-constructor)
  Condition(ExecSucceeds exec);   // NOLINT(google-explicit-constructor)
  Condition(Exited exited);       // NOLINT(google-explicit-constructor)
  Condition(Custom custom);       // NOLINT(google-explicit-constructor)
  Condition(AnyOf alternatives);  // NOLINT(google-explicit-constructor)

  Condition(const Condition&) = default;  // and no move, which would leave one without a value
  Condition& operator=(const Condition&) = default;
  ~Condition() = default;

  /// Returns the value when it is of this kind, else null.
  template <typename Kind>
  [[nodiscard]] const Kind* get_if() const noexcept;

  [[nodiscard]] const AnyKind& kind() const noexcept { return *kind_; }

 private:
  std::shared_ptr<const AnyKind> kind_;
};

[[nodiscard]] Condition any_of(std::vector<Condition> conditions);

/// Returns the condition in words, such as "log line containing 'Ready'".
[[nodiscard]] std::string describe(const Condition& condition);

}  // namespace wait
}  // namespace drydock

// Readiness conditions: when a started container counts as ready. Plain values, listed in
// ContainerSpec::ready. Every wait ends early when the container dies, and says at its timeout what it saw
// last.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drydock {

class TestContainer;

namespace wait {

struct Condition;

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
/// seen.
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

/// One condition of any of the kinds above.
struct Condition {
  using Kinds =
      std::variant<Started, LogLine, PortOpen, HttpOk, Healthy, ExecSucceeds, Exited, Custom, AnyOf>;

  template <typename Kind>
  requires std::constructible_from<Kinds, Kind> Condition(Kind value)
      : kind(std::move(value)) {}  // NOLINT(google-explicit-constructor)

  Kinds kind;
};

[[nodiscard]] Condition any_of(std::vector<Condition> conditions);

/// Returns the condition in words, such as "log line containing 'Ready'".
[[nodiscard]] std::string describe(const Condition& condition);

}  // namespace wait
}  // namespace drydock

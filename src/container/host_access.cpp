#include "drydock/container/host_access.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"

#include "base/text.h"
#include "container/host_mapping.h"
#include "container/host_probe.h"

namespace drydock {
namespace {

// What a program is given beyond its own limit, to be started and to end.
constexpr std::chrono::seconds kExecMargin{5};

// Messages in English, and no proxy in between: what is asked for is the direct way.
std::map<std::string, std::string> probe_environment() {
  return {{"LC_ALL", "C"}, {"http_proxy", ""}, {"no_proxy", "*"}};
}

struct Tried {
  Reached reached{Reached::CannotTell};
  std::string words{};  // the program's own
};

std::string last_words(const ExecResult& result) {
  return text::printable(text::trim(text::last_lines(result.err.empty() ? result.out : result.err, 1)));
}

Tried run_probe(const TestContainer& container, const HostProbe& probe, std::uint16_t port,
                Deadline deadline) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const auto left = std::chrono::ceil<seconds>(deadline.remaining());
  const seconds limit = std::max(left, seconds{1});
  try {
    const ExecResult result =
        container.exec(probe.command(kHostName, port, static_cast<long>(limit.count())),
                       {.timeout = std::chrono::duration_cast<milliseconds>(limit + kExecMargin),
                        .env = probe_environment()});
    return {read_probe(probe, result), fmt::format("{}: {}", probe.program, last_words(result))};
  } catch (const ExecTimeoutError& error) {
    return {Reached::TimedOut, error.what()};
  } catch (const EngineError& error) {
    // Podman refuses the exec of a program that is not there; Docker lets it end with 126 or 127.
    if (error.code() == ErrorCode::CommandNotStarted) {
      return {};
    }
    throw;
  }
}

std::string advice(Reached reached, std::uint16_t port) {
  switch (reached) {
    case Reached::Refused:
      return fmt::format(
          "is refused: nothing listens there on an address that containers reach. A service on 127.0.0.1 is "
          "not reached from a container: let it listen on 0.0.0.0, or put expose_host_port({}) before it and "
          "use the port of its result. A firewall that rejects looks the same",
          port);
    case Reached::TimedOut:
      return "does not answer: a firewall of the host drops what comes from the engine's bridge, or the "
             "container's network leads nowhere (an internal one). Let the bridge's subnet in, such as "
             "172.17.0.0/16 of docker0";
    case Reached::UnknownName:
      return "cannot be asked for, because the container does not know the name: set .host_access = "
             "{.enabled = true} in its spec";
    case Reached::CannotTell:
    case Reached::Yes:
      break;
  }
  return "cannot be tried: the image has none of nc, bash, curl and wget that would do; use an image with "
         "one "
         "of them, or let the service under test prove the way";
}

ErrorCode code_of(Reached reached) {
  switch (reached) {
    case Reached::Refused:
      return ErrorCode::Connection;
    case Reached::TimedOut:
      return ErrorCode::Timeout;
    case Reached::UnknownName:
      return ErrorCode::NotFound;
    case Reached::CannotTell:
    case Reached::Yes:
      break;
  }
  return ErrorCode::Unsupported;
}

}  // namespace

void verify_host_access(const TestContainer& container, std::uint16_t port,
                        std::chrono::milliseconds timeout) {
  const Deadline deadline = Deadline::in(timeout);
  Tried last;
  for (const HostProbe& probe : host_probes()) {
    last = run_probe(container, probe, port, deadline);
    if (last.reached != Reached::CannotTell) {
      break;
    }
  }
  if (last.reached != Reached::Yes) {
    throw Error(code_of(last.reached),
                fmt::format("from the container '{}' the host's port {} ({}:{}) {}{}", container.name(), port,
                            kHostName, port, advice(last.reached, port),
                            last.words.empty() ? "" : "\n  " + last.words),
                {.operation = "verify host access", .resource = container.name()});
  }
}

}  // namespace drydock

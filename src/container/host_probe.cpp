#include "container/host_probe.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace drydock {
namespace {

using Words = std::vector<std::string>;

constexpr int kCannotExecute = 126;
constexpr int kNotFound = 127;

bool says_one_of(const ExecResult& result, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&result](std::string_view phrase) {
    return text::contains_ignoring_case(result.err, phrase) ||
           text::contains_ignoring_case(result.out, phrase);
  });
}

bool succeeded(const ExecResult& result) {
  return result.ok();
}

std::string url(const std::string& host, std::uint16_t port) {
  return fmt::format("http://{}:{}/", host, port);
}

Words scan_with_nc(const std::string& host, std::uint16_t port, long seconds) {
  return {"nc", "-z", "-w", std::to_string(seconds), host, std::to_string(port)};
}

// BusyBox may be built without -z, and then has -e: the program that is run once the connection stands.
Words run_from_nc(const std::string& host, std::uint16_t port, long seconds) {
  return {"nc", "-w", std::to_string(seconds), host, std::to_string(port), "-e", "true"};
}

Words open_in_bash(const std::string& host, std::uint16_t port, long /*seconds*/) {
  return {"bash", "-c", "exec 3<>\"/dev/tcp/$0/$1\"", host, std::to_string(port)};
}

Words ask_with_curl(const std::string& host, std::uint16_t port, long seconds) {
  return {"curl",
          "--silent",
          "--show-error",
          "--output",
          "/dev/null",
          "--write-out",
          "connected=%{time_connect}",
          "--connect-timeout",
          std::to_string(seconds),
          "--max-time",
          std::to_string(seconds),
          url(host, port)};
}

// The service may speak anything: what counts is that curl was connected, whatever it made of the answer.
bool curl_has_connected(const ExecResult& result) {
  const std::size_t at = result.out.find("connected=");
  return at != std::string::npos && result.out.find_first_of("123456789", at) != std::string::npos;
}

// Without -q: it is the messages that tell what happened, for BusyBox ends with 1 in every case.
Words ask_with_wget(const std::string& host, std::uint16_t port, long seconds) {
  return {"wget", "-T", std::to_string(seconds), "-O", "/dev/null", url(host, port)};
}

bool wget_has_connected(const ExecResult& result) {
  return result.ok() || says_one_of(result, {"HTTP/", "server returned error", "error getting response",
                                             "no data received", "ERROR 4", "ERROR 5", "... connected."});
}

// A usage text is no answer, and names timeouts.
bool could_not_run(const ExecResult& result) {
  return result.exit_code == kNotFound || result.exit_code == kCannotExecute ||
         says_one_of(result, {"invalid option", "unrecognized option", "unknown option", "usage:"});
}

}  // namespace

const std::vector<HostProbe>& host_probes() {
  static const auto* const probes = new std::vector<HostProbe>{{"nc", scan_with_nc, succeeded},
                                                               {"nc", run_from_nc, succeeded},
                                                               {"bash", open_in_bash, succeeded},
                                                               {"curl", ask_with_curl, curl_has_connected},
                                                               {"wget", ask_with_wget, wget_has_connected}};
  return *probes;
}

Reached read_probe(const HostProbe& probe, const ExecResult& result) {
  if (probe.has_connected(result)) {
    return Reached::Yes;
  }
  if (could_not_run(result)) {
    return Reached::CannotTell;
  }
  if (says_one_of(result,
                  {"bad address", "unknown host", "not known", "could not resolve", "unable to resolve",
                   "temporary failure in name", "no address associated", "forward host lookup failed"})) {
    return Reached::UnknownName;
  }
  if (says_one_of(result, {"refused"})) {
    return Reached::Refused;
  }
  constexpr int kCurlRefused = 7;
  if (probe.program == std::string_view{"curl"} && result.exit_code == kCurlRefused) {
    return Reached::Refused;
  }
  if (says_one_of(result, {"timed out", "timeout", "no route to host", "unreachable"})) {
    return Reached::TimedOut;
  }
  return Reached::CannotTell;
}

}  // namespace drydock

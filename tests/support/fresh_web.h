// The suites that the tests of fresh containers run: a web server whose tests leave it as dirty as they can.
#pragma once

#include <cstdint>
#include <string>

#include "drydock/container/test_container.h"

namespace drydock {

inline constexpr std::uint16_t kWebPort = 8080;

/// Returns a web server that is ready when it answers.
[[nodiscard]] inline ContainerSpec web_spec(bool standing_network) {
  return {.image = "drydock-test/web:1",
          .ports = {kWebPort},
          .ready = {wait::HttpOk{.port = kWebPort, .path = "/health"}},
          .removal = Removal::Background,
          .standing_network = standing_network};
}

/// Leaves a file, a process, a listening socket and a connection to it.
inline void soil(const TestContainer& box) {
  box.sh(
      "echo dirt >/tmp/dirt; (sleep 611 </dev/null >/dev/null 2>&1 &)"
      "; (nc -l -p 9099 </dev/null >/dev/null 2>&1 &)"
      "; for i in 1 2 3 4 5 6 7 8 9 10; do nc 127.0.0.1 9099 </dev/null && break; usleep 20000; done; true");
}

/// Returns what a container shows of another's soil(); empty when it is clean. 238B is port 9099.
[[nodiscard]] inline std::string dirt_in(const TestContainer& box) {
  return box
      .sh("cat /tmp/dirt 2>/dev/null; grep -l 'slee[p].611' /proc/[0-9]*/cmdline 2>/dev/null"
          "; grep -h ':238B ' /proc/net/tcp /proc/net/tcp6 2>/dev/null; true")
      .out;
}

}  // namespace drydock

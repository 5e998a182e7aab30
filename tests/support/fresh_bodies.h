// What the tests of a child program say of the fresh containers that they had, and how it is read.
#pragma once

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "drydock/container/test_container.h"

namespace drydock {

struct Body {
  std::string id{}, address{};
};

/// Prints BODY, the container's id and its address.
inline void print_body(const TestContainer& box, Port port) {
  std::printf("BODY %s %s\n", box.id().c_str(), box.address(port).c_str());
}

/// Returns what was printed so, in order.
[[nodiscard]] inline std::vector<Body> bodies(const std::string& output) {
  std::vector<Body> found;
  std::istringstream lines{output};
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("BODY ", 0) == 0) {
      std::istringstream words{line.substr(5)};
      words >> found.emplace_back().id >> found.back().address;
    }
  }
  return found;
}

}  // namespace drydock

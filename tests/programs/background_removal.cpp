// Ends with six containers whose removal has only been queued: by `returns` from main() or by `exits`
// (std::exit) with one still held; see tests/integration/background_removal_test.cpp.
#include <cstdlib>
#include <string_view>
#include <vector>

#include "drydock/container/test_container.h"

#include "support/real_engine.h"

namespace {

std::vector<drydock::TestContainer> six_containers() {
  drydock::ContainerSpec spec = drydock::idle_spec();
  spec.removal = drydock::Removal::Background;
  std::vector<drydock::TestContainer> containers;
  for (int i = 0; i < 6; ++i) {
    containers.emplace_back(spec);
  }
  return containers;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<drydock::TestContainer> containers = six_containers();
  if (argc > 1 && std::string_view{argv[1]} == "exits") {
    containers.erase(containers.begin() + 1, containers.end());
    std::exit(3);
  }
  return 3;
}

#include "drydock/gtest/container_test.h"

#include <list>
#include <map>
#include <optional>
#include <utility>

#include "drydock/gtest/engine_policy.h"

#include "gtest/death_test_child.h"
#include "gtest/listener_installed.h"

namespace drydock {
namespace {

const ListenerInstalled installed;

template <typename T>
void remove_newest_first(std::list<T>& guards) {
  while (!guards.empty()) {
    guards.pop_back();
  }
}

}  // namespace

// Lists: references to the guards stay good while more are made.
struct ContainerTest::Scope {
  std::optional<Client> client{};
  std::list<TestVolume> volumes{};
  std::list<TestNetwork> networks{};
  std::list<TestContainer> containers{};
  std::map<const TestContainer*, Shell> shells{};

  void clear() {
    shells.clear();
    remove_newest_first(containers);
    remove_newest_first(networks);
    remove_newest_first(volumes);
  }
};

// In the constructor, and not in SetUp(), for that is often overridden without a call of the base's.
ContainerTest::ContainerTest() : scope_(std::make_unique<Scope>()) {
  in_death_test_child();
  apply_engine_check(check_engine());
}

ContainerTest::ContainerTest(Client client) : scope_(std::make_unique<Scope>()) {
  in_death_test_child();
  scope_->client = std::move(client);
}

ContainerTest::~ContainerTest() {
  scope_->clear();
}

void ContainerTest::TearDown() {
  scope_->clear();
}

TestContainer& ContainerTest::start(ContainerSpec spec, SourceLocation where) {
  return scope_->containers.emplace_back(std::move(spec), client(), where);
}

Shell& ContainerTest::shell(const TestContainer& container) {
  const auto found = scope_->shells.find(&container);
  return found != scope_->shells.end() ? found->second
                                       : scope_->shells.emplace(&container, container.shell()).first->second;
}

TestNetwork& ContainerTest::network(NetworkConfig config) {
  return scope_->networks.emplace_back(std::move(config), client());
}

TestVolume& ContainerTest::volume(VolumeConfig config) {
  return scope_->volumes.emplace_back(std::move(config), client());
}

Client ContainerTest::client() const {
  return scope_->client ? *scope_->client : Client::from_environment();
}

}  // namespace drydock

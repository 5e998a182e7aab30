// The base of the tests that call a real engine. What a test makes through it is labelled and removed when
// the test is over, however it ends.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/real_engine.h"

namespace drydock {

class EngineTest : public testing::Test {
 public:
  EngineTest() = default;
  EngineTest(const EngineTest&) = delete;
  EngineTest& operator=(const EngineTest&) = delete;
  ~EngineTest() override;

 protected:
  [[nodiscard]] const Client& client() const { return client_; }
  /// Returns whether the engine is Podman, which does not keep to some of the Engine API's details.
  [[nodiscard]] bool is_podman() const;
  /// Returns a name that nothing else on the engine has.
  [[nodiscard]] static std::string unique_name();
  [[nodiscard]] static Labels labels();

  /// Returns the body of a container create: busybox running `command`, without a network for speed,
  /// labelled, and with `patch` merged in.
  [[nodiscard]] static std::string create_body(const std::vector<std::string>& command,
                                               const std::string& patch = "{}");
  ContainerId create(const std::vector<std::string>& command, const std::string& patch = "{}");
  /// Creates and starts.
  ContainerId run(const std::vector<std::string>& command, const std::string& patch = "{}");
  /// Runs a command in the container by an exec and returns what it wrote to stdout.
  [[nodiscard]] std::string output_of(const ContainerId& container,
                                      const std::vector<std::string>& command) const;

  // Names what the test has made by other means.
  ContainerId track_container(ContainerId id);
  std::string track_network(std::string id);
  std::string track_volume(std::string name);
  std::string track_image(std::string reference);

 private:
  Client client_ = Client::from_environment();
  std::vector<ContainerId> containers_{};
  std::vector<std::string> networks_{}, volumes_{}, images_{};
};

}  // namespace drydock

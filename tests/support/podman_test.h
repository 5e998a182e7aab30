// What the tests against a real Podman share: one for each suite, which the environment names meanwhile.
#pragma once

#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

#include "support/environment_variable.h"
#include "support/podman_engine.h"

namespace drydock {

/// Skips its tests where no Podman may be started.
class PodmanTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (PodmanEngine::is_allowed()) {
      engine_ = std::make_unique<PodmanEngine>();
    }
  }
  static void TearDownTestSuite() { engine_.reset(); }

  void SetUp() override {
    if (!PodmanEngine::is_allowed()) {
      GTEST_SKIP() << "this test starts a Podman of its own, which needs root";
    }
    ASSERT_NE(engine_, nullptr) << "Podman could not be started";
    docker_host_.emplace("DOCKER_HOST", engine_->url());
  }

  [[nodiscard]] static Client client() { return engine_->client(); }

  /// Returns `spec` with the image that this Podman has.
  [[nodiscard]] static ContainerSpec in_podman(ContainerSpec spec) {
    spec.image = PodmanEngine::image();
    spec.pull = PullPolicy::Never;
    return spec;
  }

 private:
  static inline std::unique_ptr<PodmanEngine> engine_{};
  std::optional<EnvironmentVariable> docker_host_{};
};

}  // namespace drydock

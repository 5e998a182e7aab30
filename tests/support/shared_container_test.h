// The fixture of the tests of shared containers: a run of each test's own, which leaves nothing behind.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/shared_container.h"
#include "drydock/observability/log.h"

#include "container/create_body.h"
#include "container/labels.h"
#include "container/run.h"
#include "container/session.h"
#include "container/shared_key.h"
#include "support/child_process.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/shared_spec.h"
#include "support/test_run.h"
#include "support/watchdogs.h"

namespace drydock {

/// A program whose tests share a container; see tests/programs/sharer.cpp.
inline const std::string kSharer = std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/sharer";

/// Takes part in the run itself; programs that are started with environment() do, too.
class SharedContainerTest : public ::testing::Test {
 protected:
  SharedContainerTest() {
    log::set_sink([this](log::Level, std::string_view line) { said_.emplace_back(line); });
  }
  ~SharedContainerTest() override {
    log::set_sink(nullptr);
    run_.end();
    EXPECT_TRUE(all_gone(run_.filter())) << "the run's watchdog removes what the run shared";
    EXPECT_TRUE(watchdogs_gone(run_.owner()));
    EXPECT_THAT(lock_files(), ::testing::IsEmpty());
  }

  /// Returns the id of the container that a caller gets now.
  [[nodiscard]] static std::string id_of(const SharedOptions& options = {},
                                         const ContainerSpec& spec = shared_spec()) {
    return shared_container(spec, options).id();
  }

  [[nodiscard]] std::map<std::string, std::string> environment() const {
    std::map<std::string, std::string> all = run_.environment();
    all.emplace("SHARER_MARK", "programs");
    all.emplace("XDG_STATE_HOME", state_.path().string());
    all.emplace("DRYDOCK_LOG_DIR", (state_.path() / "logs").string());
    return all;
  }

  /// Starts one of kSharer's tests, which ends as tests/programs/sharer.cpp says of `end`.
  [[nodiscard]] ChildProcess start(const std::string& test, const std::string& end = "pass") const {
    std::map<std::string, std::string> all = environment();
    all.emplace("SHARER_END", end);
    return ChildProcess{{kSharer, "--gtest_filter=" + test}, all};
  }

  [[nodiscard]] std::vector<std::string> lock_files() const {
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(state_.path() / "drydock", ignored)) {
      if (entry.path().extension() == ".lock") {
        found.push_back(entry.path().filename().string());
      }
    }
    return found;
  }

  /// Makes what a creator of this run makes first, as it was that long ago, by a process of this identity.
  [[nodiscard]] ContainerId made_by_hand(const ContainerSpec& spec, const Owner& creator,
                                         std::chrono::seconds ago = {}) const {
    const drydock::Run run = current_run();
    const std::string key = shared_key(spec, client_.images().inspect(spec.image).id);
    Labels labels = new_object(Session{run.id, run.owner}).labels;
    const auto made = std::chrono::system_clock::now() - ago;
    labels[label::kCreated] =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(made.time_since_epoch()).count());
    labels[label::kShared] = key;
    labels[label::kCreator] = creator.to_text();
    return client_.containers()
        .create({.name = shared_name(run, spec, key), .body = create_body(spec, labels)})
        .id;
  }

  [[nodiscard]] bool stands(const ContainerId& id) const { return client_.containers().find(id).has_value(); }

  const ScratchDirectory state_{};
  const EnvironmentVariable state_home_{"XDG_STATE_HOME", state_.path().string()};
  TestRun run_{};
  const TestRun::Joined joined_{run_};
  const Client client_ = Client::from_environment();
  std::vector<std::string> said_{};
};

}  // namespace drydock

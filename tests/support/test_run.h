// A run of a test's own, such as a ctest would be: a process that is idle until it is ended. Programs that
// are started with environment() take part in it, and so does this process while a Joined stands.
#pragma once

#include <csignal>
#include <map>
#include <string>

#include "container/owner.h"
#include "support/child_process.h"
#include "support/environment_variable.h"

namespace drydock {

class TestRun {
 public:
  [[nodiscard]] std::string owner() const { return owner_; }
  /// Returns the filter that finds what the run has at the engine.
  [[nodiscard]] std::string filter() const { return "drydock.owner=" + owner_; }
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    return {{"DRYDOCK_SESSION_PID", std::to_string(process_.pid())}, {"DRYDOCK_SESSION", ""}};
  }
  /// Ends it; does nothing when it has ended.
  void end() {
    if (process_.pid() > 0) {
      process_.kill(SIGKILL);
      process_.wait_process();
    }
  }

  class Joined {
   public:
    explicit Joined(const TestRun& run) : pid_("DRYDOCK_SESSION_PID", std::to_string(run.process_.pid())) {}

   private:
    const EnvironmentVariable session_{"DRYDOCK_SESSION", std::nullopt};
    const EnvironmentVariable pid_;
  };

 private:
  ChildProcess process_{{"sleep", "3600"}};
  const std::string owner_ = Owner::of(process_.pid()).value().to_text();
};

}  // namespace drydock

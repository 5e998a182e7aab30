// One run of one command in a container, from the create to the settled end. Not thread-safe; used once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "drydock/container/exec.h"
#include "drydock/docker/client.h"

#include "container/exec_killer.h"
#include "container/exec_pump.h"

namespace drydock {

/// Returns the exec create's fields for the command and its options.
[[nodiscard]] ExecConfig make_exec_config(const std::vector<std::string>& argv, const ExecOptions& options);

class ExecRun {
 public:
  /// All must outlive this.
  ExecRun(const Client& client, const std::string& container, const std::vector<std::string>& argv,
          const ExecOptions& options);

  /// See run_exec().
  ExecResult run();

 private:
  std::unique_ptr<Duplex> start();
  ExecPump::End follow(ExecPump& pump);
  void drain(ExecPump& pump);
  bool settle();
  void check_container(std::chrono::nanoseconds limit);
  void give_up();
  ExecResult finish();
  [[nodiscard]] Deadline settle_deadline() const;

  const Client& client_;
  const ExecOptions& options_;
  Deadline::Clock::time_point start_{Deadline::Clock::now()};
  Deadline deadline_;
  MarkedExec exec_;
  ExecResult result_{};
  ExecOutput output_;
  ExecInput input_;
};

}  // namespace drydock

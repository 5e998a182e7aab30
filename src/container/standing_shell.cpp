#include "container/standing_shell.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "container/exec_validate.h"
#include "container/shell_run.h"

namespace drydock {

/// The shell, for one command: nobody else has it meanwhile.
class StandingShell::Lease {
 public:
  Lease(StandingShell& shell, std::uint64_t era) : shell_(shell) {
    const std::lock_guard lock{shell_.mutex_};
    granted_ = !std::exchange(shell_.occupied_, true);
    if (granted_) {
      held = std::exchange(shell_.held_, {});
      if (held.era != era || (held.connection && !held.connection->is_usable())) {
        held = {.connection = nullptr, .era = era};
      }
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (!granted_) {
      return;
    }
    Held ended;  // closed when the lock is open again
    const std::lock_guard lock{shell_.mutex_};
    shell_.occupied_ = false;
    if (!held.connection || !held.connection->is_usable()) {
      ended = std::move(held);
    } else {
      shell_.held_ = std::move(held);
    }
  }

  [[nodiscard]] bool is_granted() const noexcept { return granted_; }

  Held held{};

 private:
  StandingShell& shell_;
  bool granted_{false};
};

StandingShell::StandingShell(Client client, std::shared_ptr<const ShellTarget> target)
    : client_(std::move(client)), target_(std::move(target)) {}

void StandingShell::open(Deadline deadline) {
  const ShellTarget::Aim aim = target_->aim();
  Lease lease{*this, aim.era};
  if (lease.is_granted() && !lease.held.connection) {
    lease.held.connection = std::make_unique<ShellConnection>(client_, aim.container, aim.image, deadline);
  }
}

ExecResult StandingShell::run(const std::vector<std::string>& argv, const ExecOptions& options) {
  const Deadline::Clock::time_point start = Deadline::Clock::now();
  const ShellTarget::Aim aim = target_->aim();
  require_valid_exec(aim.container, argv, options);
  if (std::optional<ExecResult> result = try_run(aim, argv, options, start)) {
    return *std::move(result);
  }
  return run_exec(client_, aim.container, argv, options);
}

std::optional<ExecResult> StandingShell::try_run(const ShellTarget::Aim& aim,
                                                 const std::vector<std::string>& argv,
                                                 const ExecOptions& options,
                                                 Deadline::Clock::time_point start) {
  if (!shell_script::is_served(argv, options)) {
    return std::nullopt;
  }
  Lease lease{*this, aim.era};
  if (!lease.is_granted() || !connect(lease, aim, Deadline::at(start + options.timeout))) {
    return std::nullopt;
  }
  return ShellRun{client_, aim.container, *lease.held.connection, argv, options}.run(start);
}

/// Returns whether there is a shell. What keeps it from being started keeps a plain exec from it, too, which
/// then says so in its own words; or the image has none.
bool StandingShell::connect(Lease& lease, const ShellTarget::Aim& aim, Deadline deadline) {
  if (lease.held.connection) {
    return true;
  }
  if (useless_in_ == aim.era) {
    return false;
  }
  try {
    lease.held.connection = std::make_unique<ShellConnection>(client_, aim.container, aim.image, deadline);
    return true;
  } catch (const Error& error) {
    log::debug(fmt::format("a plain exec is used: {}", error.what()));
    if (error.code() == ErrorCode::CommandNotStarted) {
      useless_in_ = aim.era;
    }
    return false;
  }
}

}  // namespace drydock

#include "drydock/container/shell.h"

#include <utility>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"

#include "container/container_guard.h"
#include "container/standing_shell.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kOpenLimit{60};

}  // namespace

Shell::Shell(std::unique_ptr<StandingShell> shell) noexcept : shell_(std::move(shell)) {}
Shell::Shell(Shell&& other) noexcept = default;
Shell& Shell::operator=(Shell&& other) noexcept = default;
Shell::~Shell() = default;

ExecResult Shell::run(const std::vector<std::string>& argv, const ExecOptions& options) {
  if (!shell_) {
    throw InvalidArgumentError("this Shell stands in no container any more: it was moved from");
  }
  return shell_->run(argv, options);
}

ExecResult Shell::sh(const std::string& script, const ExecOptions& options) {
  return run({"sh", "-c", script}, options);
}

Shell TestContainer::shell() const {
  auto shell = std::make_unique<StandingShell>(client(), guard().shell_target());
  shell->open(Deadline::in(kOpenLimit));
  return Shell{std::move(shell)};
}

}  // namespace drydock

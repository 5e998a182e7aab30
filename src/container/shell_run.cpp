#include "container/shell_run.h"

#include <charconv>
#include <future>
#include <utility>

#include <fmt/format.h>

#include "base/random.h"
#include "container/cut_off.h"
#include "container/exec_failure.h"
#include "observability/phase.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;

// As for a plain exec: see exec_run.cpp.
constexpr std::chrono::seconds kSettleLimit{5};
constexpr milliseconds kQuiet{20};
constexpr milliseconds kDrainLimit{250};
constexpr milliseconds kDeathLimit{100};
constexpr std::chrono::seconds kKillLimit{5};
// How long the shell may take to tell of the end of a command that was killed.
constexpr milliseconds kConfirmLimit{1000};
constexpr int kKilledExitCode = 128 + 9;

}  // namespace

ShellRun::ShellRun(const Client& client, const std::string& container, ShellConnection& shell,
                   const std::vector<std::string>& argv, const ExecOptions& options)
    : client_(client),
      container_(container),
      shell_(shell),
      options_(options),
      exec_{.container = container, .id = shell.exec_id(), .marker = random_hex(8)},
      output_(options, result_) {
  result_.argv = argv;
  result_.container = short_id(container);
}

std::optional<ExecResult> ShellRun::run(Deadline::Clock::time_point start) {
  start_ = start;
  const std::string mark = shell_script::random_mark();
  std::string text = shell_script::command(mark, exec_.marker, result_.argv, options_, shell_.abilities());
  if (text.empty()) {
    return std::nullopt;
  }
  const Phase phase{phase::kExec, result_.container};
  const Deadline deadline = Deadline::at(start + options_.timeout);
  // A connection that breaks, or a sink that throws, leaves a command that must end and a shell in mid-turn.
  ExecKillGuard guard{client_, exec_, shell_.stream()};
  ShellTurn turn{*shell_.stream(), mark, std::move(text),
                 [this](FrameStream from, std::string_view piece) { return output_.take(from, piece); }};
  ShellTurn::End end = turn.run(deadline);
  if (end == ShellTurn::End::Deadline) {
    drain(turn);
  }
  guard.release();
  if (end == ShellTurn::End::Complete) {
    return settle(turn) ? std::optional{finish()} : std::nullopt;
  }
  if (end != ShellTurn::End::Closed) {
    return give_up(turn, end);
  }
  shell_.stream().reset();
  check_container();
  if (turn.has_begun()) {
    throw_unknown_end("the shell that ran it was killed");
  }
  return std::nullopt;
}

/// Takes what is still under way, until it is quiet.
ShellTurn::End ShellRun::drain(ShellTurn& turn) const {
  const Deadline limit = Deadline::in(kDrainLimit);
  for (;;) {
    const std::uint64_t before = turn.received();
    const ShellTurn::End end = turn.run(limit, Deadline::in(kQuiet));
    if (end != ShellTurn::End::Ticked || turn.received() == before) {
      return end;
    }
  }
}

/// Reads how the command ended; returns false when it was not started.
bool ShellRun::settle(const ShellTurn& turn) {
  const std::string& status = turn.status();
  if (!status.empty() && status.front() == shell_script::kNotStarted) {
    return false;
  }
  if (!read_status(status)) {
    shell_.stream().reset();
    throw_unknown_end("a process that relays its output was killed");
  }
  if (result_.exit_code == kKilledExitCode) {
    check_container();
  }
  return true;
}

bool ShellRun::read_status(const std::string& status) {
  const char* const last = status.data() + status.size();
  int code = -1;
  const auto [parsed, error] = std::from_chars(status.data(), last, code);
  const bool known = error == std::errc{} && parsed == last;
  result_.exit_code = known ? code : -1;
  return known;
}

/// Throws when the container died under the command, or does so at once: the exit code is then not its own.
void ShellRun::check_container() const {
  throw_if_cut_off(client_, container_, kDeathLimit, Deadline::in(kSettleLimit), describe_command(result_),
                   describe_tail(result_), exec_context(result_));
}

void ShellRun::throw_unknown_end(const std::string& why) const {
  throw Error(
      ErrorCode::CommandFailed,
      fmt::format("{} has an unknown end: {}. It may have taken effect; run what kills its parent or its "
                  "session by exec(){}",
                  describe_command(result_), why, describe_tail(result_)),
      exec_context(result_));
}

/// Ends the command and hears the shell out, which is then ready for the next one. Both at once: while output
/// waits that nobody reads, the engine does not run the exec that kills.
void ShellRun::end_command(ShellTurn& turn) {
  const Deadline deadline = Deadline::in(kKillLimit);
  turn.discard();
  auto killing =
      std::async(std::launch::async, [this, deadline] { return kill_marked(client_, exec_, deadline); });
  const auto is_killed = [&killing] {
    return killing.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  };
  ShellTurn::End end = ShellTurn::End::Ticked;
  while (end == ShellTurn::End::Ticked && !is_killed()) {
    end = turn.run(deadline, Deadline::in(kQuiet));
  }
  const std::string problem = killing.get();
  if (end == ShellTurn::End::Ticked || end == ShellTurn::End::Deadline) {
    end = turn.run(Deadline::in(problem.empty() ? kConfirmLimit : kQuiet));
  }
  if (end == ShellTurn::End::Complete && read_status(turn.status())) {
    result_.note = judge_kill(false, result_.exit_code, problem).note;
    return;
  }
  shell_.stream().reset();
  if (end == ShellTurn::End::Closed) {
    const auto details = client_.containers().find(container_, Deadline::in(kSettleLimit));
    result_.note = !details || !details->state.running ? "ended with its container" : "its shell was killed";
    return;
  }
  result_.note = judge_kill(true, std::nullopt, problem).note;
}

ExecResult ShellRun::give_up(ShellTurn& turn, ShellTurn::End end) {
  try {
    end_command(turn);
  } catch (const Error& error) {
    shell_.stream().reset();
    result_.note = fmt::format("it may still run: {}", error.what());
  }
  if (end == ShellTurn::End::Deadline) {
    throw_exec_timeout(options_, finish());
  }
  if (output_.state() == ExecOutput::State::LimitPassed) {
    throw_output_limit(options_, finish());
  }
  result_.cancelled = true;
  return finish();
}

ExecResult ShellRun::finish() {
  result_.wall_time = Deadline::Clock::now() - start_;
  return std::move(result_);
}

}  // namespace drydock

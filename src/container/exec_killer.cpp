#include "container/exec_killer.h"

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/exec_pump.h"
#include "container/exec_validate.h"
#include "container/poll_pace.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kKillLimit{5};
// How long the engine may take to notice that a killed process is dead.
constexpr std::chrono::seconds kConfirmLimit{1};
constexpr int kNothingFound = 5;
constexpr const char* kNothingFoundText =
    "no process has its DRYDOCK_EXEC_ID: it has cleared its environment or changed its user";
constexpr int kKilledExitCode = 128 + 9;

// Runs in any POSIX sh, with no tool but its builtins; a grep that knows -z spares a read per byte. $1 is the
// marker. What is found is stopped first, so that it cannot fork while the rest is looked for. Descendants of
// marked processes count, too: without CAP_SYS_PTRACE another user's environment cannot be read. Then all are
// killed, and a new pass must find none.
constexpr const char* kKillScript = R"(mark=$1
fast=
printf 'x\0%s\0' "$mark" | grep -q -z -F -x -e "$mark" 2>/dev/null && fast=1
marked() {
  if [ -n "$fast" ]; then
    set -- $(grep -l -s -z -F -x -e "$mark" /proc/[0-9]*/environ)
  else
    set --
    for file in /proc/[0-9]*/environ; do
      while IFS= read -r line || [ -n "$line" ]; do
        case $line in *"$mark"*) set -- "$@" "$file"; break ;; esac
      done <"$file"
    done
  fi 2>/dev/null
  for file in "$@"; do
    file=${file#/proc/}
    echo "${file%/environ}"
  done
}
stop_marked() {
  before=none
  found=$(marked)
  while [ "$found" != "$before" ]; do
    kill -STOP $found
    before=$found
    found=$(marked)
  done 2>/dev/null
}
stop_descendants() {
  all=$found
  parents=$found
  while [ -n "$parents" ]; do
    children=
    for parent in $parents; do
      for file in /proc/"$parent"/task/*/children; do
        line=
        read -r line <"$file"
        children="$children $line"
      done
    done
    parents=
    for child in $children; do
      parents="$parents $child"
      kill -STOP "$child" || [ ! -d "/proc/$child" ] || denied=1
    done
    all="$all $parents"
  done 2>/dev/null
}
round=0 denied= killed=
while [ $round -lt 50 ]; do
  round=$((round + 1))
  stop_marked
  if [ -z "$found" ]; then
    [ -z "$denied" ] || exit 4
    [ -n "$killed" ] || exit 5
    exit 0
  fi
  stop_descendants
  kill -9 $all 2>/dev/null
  killed=1
done
exit 3
)";

/// Returns what the script's exit code means; empty for success.
std::string problem_of(const ExecResult& result) {
  switch (result.exit_code) {
    case 0:
      return {};
    case 3:
      return "some of its processes do not end";
    case 4:
      return "some of its processes belong to another user";
    case kNothingFound:
      return kNothingFoundText;
    default:
      return fmt::format("no 'sh' in the container could end it (exit code {}: {})", result.exit_code,
                         text::printable(text::trim(result.out + result.err)));
  }
}

/// Runs the script and returns its exit code, with what it printed.
ExecResult run_script(const Client& client, const MarkedExec& exec, const std::string& user, bool privileged,
                      Deadline deadline) {
  const ExecConfig config{
      .argv = {"sh", "-c", kKillScript, "drydock-kill", fmt::format("{}={}", kExecMarker, exec.marker)},
      .user = user,
      .privileged = privileged};
  const ExecOptions options{.output_limit = 4096, .on_output_limit = OnOutputLimit::Truncate};
  ExecResult result;
  ExecOutput output{options, result};
  ExecInput input{options};
  const ExecId id = client.execs().create(exec.container, config, deadline);
  const std::unique_ptr<Duplex> stream = client.execs().start(id, false, deadline);
  if (ExecPump{*stream, false, input, output}.run(deadline) == ExecPump::End::Deadline) {
    throw TimeoutError("the container did not run the script that ends it in time");
  }
  result.exit_code = static_cast<int>(client.execs().inspect(id, deadline).exit_code.value_or(-1));
  return result;
}

/// Waits for at most `limit` for the engine to say that the command has ended; returns its last word.
ExecDetails await_end(const Client& client, const MarkedExec& exec, std::chrono::nanoseconds limit,
                      Deadline deadline) {
  const PollPace pace;
  for (;;) {
    ExecDetails details = client.execs().inspect(exec.id, deadline);
    if (!details.running || pace.waited() > limit) {
      return details;
    }
    sleep_within(pace.pause(), deadline);
  }
}

bool container_is_gone(const Client& client, const MarkedExec& exec, Deadline deadline) {
  const auto details = client.containers().find(exec.container, deadline);
  return !details || !details->state.running;
}

}  // namespace

std::string kill_marked(const Client& client, const MarkedExec& exec, Deadline deadline) {
  std::string problem;
  // Root with all capabilities sees the environment of every user's processes: the command may have changed
  // its user. Where the engine refuses that, its own user sees at least its own.
  for (const bool as_root : {true, false}) {
    try {
      const ExecResult result =
          run_script(client, exec, as_root ? "0" : exec.user, as_root || exec.privileged, deadline);
      problem = problem_of(result);
      if (problem.empty() || result.exit_code == kNothingFound) {
        break;
      }
    } catch (const Error& error) {
      problem = error.what();
    }
  }
  return problem;
}

KillOutcome judge_kill(bool running, std::optional<std::int64_t> exit_code, const std::string& problem) {
  if (running) {
    return {.note =
                "it may still run: " + (problem.empty() ? "the engine does not confirm its end" : problem)};
  }
  KillOutcome outcome{.ended = true, .exit_code = exit_code};
  if (!problem.empty() && problem != kNothingFoundText) {
    outcome.note = "it has ended, but what it started may still run: " + problem;
  } else if (exit_code == kKilledExitCode) {
    outcome.note = "ended by SIGKILL";
  } else {
    outcome.note = fmt::format("ended with exit code {}", exit_code.value_or(-1));
  }
  return outcome;
}

KillOutcome kill_exec(const Client& client, const MarkedExec& exec) {
  const Deadline deadline = Deadline::in(kKillLimit);
  const std::string problem = kill_marked(client, exec, deadline);
  try {
    if (!problem.empty() && container_is_gone(client, exec, deadline)) {
      return {.ended = true, .note = "ended with its container"};
    }
    const auto confirming = problem.empty() ? kConfirmLimit : std::chrono::seconds{0};
    const ExecDetails details = await_end(client, exec, confirming, deadline);
    return judge_kill(details.running, details.exit_code, problem);
  } catch (const Error& error) {
    return {.note = fmt::format("it may still run: {}", problem.empty() ? error.what() : problem)};
  }
}

ExecKillGuard::~ExecKillGuard() {
  if (!armed_) {
    return;
  }
  try {
    stream_.reset();
    if (const KillOutcome outcome = kill_exec(client_, exec_); !outcome.ended) {
      log::warn(fmt::format("a command in container '{}' was given up: {}", exec_.container, outcome.note));
    }
  } catch (const std::exception& error) {
    log::error(
        fmt::format("a command in container '{}' could not be ended: {}", exec_.container, error.what()));
  }
}

}  // namespace drydock

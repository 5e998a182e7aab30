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
constexpr int kKilledExitCode = 128 + 9;

// Runs in any POSIX sh, with no tool but its builtins; grep, where there is one, spares a read per byte. It
// kills until a whole pass finds none, for a marked process may fork while it looks. $1 is the marker.
constexpr const char* kKillScript = R"(mark=$1
marked() {
  if command -v grep >/dev/null 2>&1; then
    grep -l -s -F -e "$mark" /proc/[0-9]*/environ 2>/dev/null
    return
  fi
  for file in /proc/[0-9]*/environ; do
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in *"$mark"*) echo "$file"; break ;; esac
    done 2>/dev/null <"$file"
  done
}
round=0
while [ $round -lt 200 ]; do
  round=$((round + 1))
  found=
  for file in $(marked 2>/dev/null); do
    pid=${file#/proc/}
    kill -9 "${pid%/environ}" 2>/dev/null
    found=1
  done
  [ -z "$found" ] && exit 0
done
exit 3
)";

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

/// Kills all marked processes; returns an empty text, or why that did not work.
std::string kill_marked(const Client& client, const MarkedExec& exec, Deadline deadline) {
  std::string problem;
  // Root with all capabilities sees the environment of every user's processes: the command may have changed
  // its user. Where the engine refuses that, its own user sees at least its own.
  for (const bool as_root : {true, false}) {
    try {
      const ExecResult result =
          run_script(client, exec, as_root ? "0" : exec.user, as_root || exec.privileged, deadline);
      if (result.exit_code == 0) {
        return {};
      }
      problem = result.exit_code == 3
                    ? "some of its processes do not end"
                    : fmt::format("no 'sh' in the container could end it (exit code {}: {})",
                                  result.exit_code, text::printable(text::trim(result.out + result.err)));
    } catch (const Error& error) {
      problem = error.what();
    }
  }
  return problem;
}

/// Waits for the engine to say that the command has ended; returns its last word.
ExecDetails await_end(const Client& client, const MarkedExec& exec, Deadline deadline) {
  const PollPace pace;
  for (;;) {
    ExecDetails details = client.execs().inspect(exec.id, deadline);
    if (!details.running || pace.waited() > kConfirmLimit) {
      return details;
    }
    sleep_within(pace.pause(), deadline);
  }
}

bool container_is_gone(const Client& client, const MarkedExec& exec, Deadline deadline) {
  const auto details = client.containers().find(exec.container, deadline);
  return !details || !details->state.running;
}

KillOutcome judge(const ExecDetails& details, const std::string& problem) {
  if (details.running) {
    return {.note =
                "it may still run: " + (problem.empty() ? "the engine does not confirm its end" : problem)};
  }
  KillOutcome outcome{.ended = true, .exit_code = details.exit_code};
  if (!problem.empty()) {
    outcome.note = "it has ended, but what it started may still run: " + problem;
  } else if (details.exit_code == kKilledExitCode) {
    outcome.note = "ended by SIGKILL";
  } else {
    outcome.note = "it ended by itself when it was to be killed";
  }
  return outcome;
}

}  // namespace

KillOutcome kill_exec(const Client& client, const MarkedExec& exec) {
  const Deadline deadline = Deadline::in(kKillLimit);
  const std::string problem = kill_marked(client, exec, deadline);
  try {
    if (!problem.empty() && container_is_gone(client, exec, deadline)) {
      return {.ended = true, .note = "ended with its container"};
    }
    const ExecDetails details = await_end(client, exec, deadline);
    return judge(details, problem);
  } catch (const Error& error) {
    return {.note = fmt::format("it may still run: {}", problem.empty() ? error.what() : problem)};
  }
}

ExecKillGuard::~ExecKillGuard() {
  if (!armed_) {
    return;
  }
  try {
    if (const KillOutcome outcome = kill_exec(client_, exec_); !outcome.ended) {
      log::warn(fmt::format("a command in container '{}' was given up: {}", exec_.container, outcome.note));
    }
  } catch (const std::exception& error) {
    log::error(
        fmt::format("a command in container '{}' could not be ended: {}", exec_.container, error.what()));
  }
}

}  // namespace drydock

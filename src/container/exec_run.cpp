#include "container/exec_run.h"

#include <algorithm>

#include "base/random.h"
#include "container/cut_off.h"
#include "container/exec_failure.h"
#include "container/exec_validate.h"
#include "container/poll_pace.h"
#include "observability/phase.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;

// What the engine may take, past the timeout, to say how a command ended that ended in time.
constexpr std::chrono::seconds kSettleLimit{5};
// How long an engine may call a command ended without an exit code, or running in a container that is dead.
constexpr std::chrono::seconds kDoubtLimit{1};
// How long output may be under way after the command's end, and how long a child may go on adding to it.
constexpr milliseconds kQuiet{20};
constexpr milliseconds kDrainLimit{250};
// The engine may tell of a command's end before it tells of its container's, which was the cause.
constexpr milliseconds kDeathLimit{100};
constexpr int kKilledExitCode = 128 + 9;

bool is_full_id(const std::string& name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

ExecConfig make_exec_config(const std::vector<std::string>& argv, const ExecOptions& options) {
  return {.argv = argv,
          .env = options.env,
          .user = options.user,
          .working_dir = options.working_dir,
          .privileged = options.privileged,
          .tty = options.tty};
}

ExecRun::ExecRun(const Client& client, const std::string& container, const std::vector<std::string>& argv,
                 const ExecOptions& options)
    : client_(client),
      options_(options),
      deadline_(Deadline::in(options.timeout)),
      exec_{.container = container,
            .marker = random_hex(8),
            .user = options.user,
            .privileged = options.privileged},
      output_(options, result_),
      input_(options) {
  result_.argv = argv;
  result_.container = is_full_id(container) ? short_id(container) : container;
}

ExecResult ExecRun::run() {
  const Phase phase{phase::kExec, result_.container};
  std::unique_ptr<Duplex> stream = start();
  ExecKillGuard guard{client_, exec_, stream};
  ExecPump pump{*stream, options_.tty, input_, output_};
  ExecPump::End end = follow(pump);
  if (end == ExecPump::End::Closed && !settle()) {
    end = ExecPump::End::Deadline;  // it closed its output and ran on
  }
  if (end == ExecPump::End::Closed) {
    guard.release();
    if (result_.exit_code == kKilledExitCode) {
      check_container(kDeathLimit);
    }
    return finish();
  }
  if (end == ExecPump::End::Deadline) {
    drain(pump);
  }
  guard.release();
  stream.reset();
  give_up();
  if (end == ExecPump::End::Deadline) {
    throw_exec_timeout(options_, finish());
  }
  if (output_.state() == ExecOutput::State::LimitPassed) {
    throw_output_limit(options_, finish());
  }
  result_.cancelled = true;
  return finish();
}

std::unique_ptr<Duplex> ExecRun::start() {
  ExecConfig config = make_exec_config(result_.argv, options_);
  config.env.emplace(kExecMarker, exec_.marker);
  config.attach_stdin = input_.open();
  exec_.id = client_.execs().create(exec_.container, config, deadline_);
  try {
    return client_.execs().start(exec_.id, options_.tty, deadline_);
  } catch (const TimeoutError&) {
    give_up();
    throw_exec_timeout(options_, finish());
  }
}

ExecPump::End ExecRun::follow(ExecPump& pump) {
  if (options_.ends == ExecEnds::WithStream) {
    return pump.run(deadline_);
  }
  const PollPace pace;
  for (;;) {
    const ExecPump::End end = pump.run(deadline_, Deadline::in(pace.pause()));
    if (end != ExecPump::End::Ticked) {
      return end;
    }
    if (!client_.execs().inspect(exec_.id, settle_deadline()).running) {
      input_.stop();
      drain(pump);
      return output_.state() == ExecOutput::State::Open ? ExecPump::End::Closed : ExecPump::End::Stopped;
    }
  }
}

/// Takes what is still under way, until it is quiet.
void ExecRun::drain(ExecPump& pump) {
  const Deadline limit = Deadline::in(kDrainLimit);
  for (std::uint64_t before = 0;;) {
    before = pump.received();
    if (pump.run(limit, Deadline::in(kQuiet)) != ExecPump::End::Ticked || pump.received() == before) {
      return;
    }
  }
}

/// Asks the engine how the command ended; returns false when it still runs at the deadline.
bool ExecRun::settle() {
  const PollPace pace;
  auto doubt = Deadline::in(kDoubtLimit);
  for (;;) {
    ExecDetails details;
    try {
      details = client_.execs().inspect(exec_.id, settle_deadline());
    } catch (const EngineError& error) {
      if (error.code() == ErrorCode::NotFound) {
        check_container({});  // the engine forgets a container's execs with the container
      }
      throw;
    }
    if (!details.running && details.exit_code) {
      result_.exit_code = static_cast<int>(*details.exit_code);
      return true;
    }
    if (doubt.expired()) {
      check_container({});
      if (!details.running) {
        throw ProtocolError(describe_command(result_) + " has ended, but the engine does not say how",
                            exec_context(result_));
      }
      doubt = Deadline::in(kDoubtLimit);
    }
    if (details.running && deadline_.expired()) {
      return false;
    }
    sleep_within(pace.pause(), details.running ? deadline_ : doubt);
  }
}

/// Throws when the container died under the command, or does so within `limit`: its exit code is then not the
/// command's own.
void ExecRun::check_container(std::chrono::nanoseconds limit) {
  throw_if_cut_off(client_, exec_.container, limit, settle_deadline(), describe_command(result_),
                   describe_tail(result_), exec_context(result_));
}

/// Ends the command, whose stream is closed, and notes how that went.
void ExecRun::give_up() {
  const KillOutcome outcome = kill_exec(client_, exec_);
  result_.note = outcome.note;
  result_.exit_code = static_cast<int>(outcome.exit_code.value_or(-1));
}

ExecResult ExecRun::finish() {
  result_.wall_time = Deadline::Clock::now() - start_;
  return std::move(result_);
}

Deadline ExecRun::settle_deadline() const {
  return Deadline::in(std::max<Deadline::Clock::duration>(deadline_.remaining(), kSettleLimit));
}

}  // namespace drydock

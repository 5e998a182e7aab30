#include "cli/child_command.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/process_words.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace drydock::cli {
namespace {

constexpr std::array<int, 6> kPassedOn{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

struct Notice {
  int signal{0};
  int code{0};
};

std::atomic<int> notices{-1};  // where the handler writes

void note_signal(int signal, siginfo_t* info, void* /*context*/) {
  const int before = errno;
  const Notice notice{signal, info == nullptr ? SI_USER : info->si_code};
  // A full pipe means that there is enough to wake up for.
  [[maybe_unused]] const ssize_t written = ::write(notices, &notice, sizeof notice);
  errno = before;
}

std::pair<UniqueFd, UniqueFd> make_pipe(int flags) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), flags) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

// Hears of signals while it lives.
class SignalNotices {
 public:
  SignalNotices() : pipe_(make_pipe(O_CLOEXEC | O_NONBLOCK)) {
    notices = pipe_.second.get();
    for (const int signal : kPassedOn) {
      struct sigaction current {};
      ::sigaction(signal, nullptr, &current);
      if (current.sa_handler != SIG_IGN) {
        listen_to(signal);
      }
    }
    listen_to(SIGCHLD);
  }
  SignalNotices(const SignalNotices&) = delete;
  SignalNotices& operator=(const SignalNotices&) = delete;
  ~SignalNotices() {
    for (const auto& [signal, action] : replaced_) {
      ::sigaction(signal, &action, nullptr);
    }
    notices = -1;
  }

  // Waits for one.
  Notice next() const {
    for (;;) {
      pollfd entry{.fd = pipe_.first.get(), .events = POLLIN, .revents = 0};
      ::poll(&entry, 1, -1);
      Notice notice;
      if (::read(pipe_.first.get(), &notice, sizeof notice) == sizeof notice) {
        return notice;
      }
    }
  }

 private:
  void listen_to(int signal) {
    struct sigaction action {};
    action.sa_sigaction = note_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP;
    ::sigemptyset(&action.sa_mask);
    struct sigaction before {};
    ::sigaction(signal, &action, &before);
    replaced_.emplace_back(signal, before);
  }

  std::pair<UniqueFd, UniqueFd> pipe_;
  std::vector<std::pair<int, struct sigaction>> replaced_{};
};

// In the child: only what may be called after a fork in a program with threads. Never returns.
[[noreturn]] void become(char* const* argv, char* const* env, bool stdout_to_stderr, pid_t parent,
                         int report) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) {
    ::_exit(kEndedBySignal + SIGTERM);
  }
  std::signal(SIGPIPE, SIG_DFL);  // this program ignores it
  if (stdout_to_stderr) {
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  ::execvpe(argv[0], argv, env);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof error);
  ::_exit(kNoSuchCommand);
}

struct Started {
  pid_t pid{-1};
  int error{0};  // of the exec
};

Started start(const ChildCommand& command) {
  std::vector<std::string> argv = command.argv;
  std::vector<std::string> environment = environment_with(command.env);
  const std::vector<char*> argv_pointers = pointers_to(argv);
  const std::vector<char*> env_pointers = pointers_to(environment);
  auto [reader, writer] = make_pipe(O_CLOEXEC);
  const pid_t parent = ::getpid();
  Started started{.pid = ::fork()};
  if (started.pid < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot fork");
  }
  if (started.pid == 0) {
    become(argv_pointers.data(), env_pointers.data(), command.stdout_to_stderr, parent, writer.get());
  }
  writer.reset();
  while (::read(reader.get(), &started.error, sizeof started.error) < 0 && errno == EINTR) {
  }
  return started;
}

// A signal of the terminal's has reached the child, which is of the same process group, already.
bool is_to_be_passed_on(const Notice& notice) {
  return notice.signal != SIGCHLD && notice.code != SI_KERNEL;
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? kEndedBySignal + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int run_child(const ChildCommand& command) {
  const SignalNotices heard;
  const Started child = start(command);
  int status = 0;
  if (child.error != 0) {
    ::waitpid(child.pid, &status, 0);
    fmt::print(stderr, "drydock: '{}' cannot be run: {}\n", text::printable(command.argv.front()),
               std::generic_category().message(child.error));
    return child.error == ENOENT ? kNoSuchCommand : kCannotExecute;
  }
  while (::waitpid(child.pid, &status, WNOHANG) != child.pid) {
    if (const Notice notice = heard.next(); is_to_be_passed_on(notice)) {
      ::kill(child.pid, notice.signal);
    }
  }
  return exit_code_of(status);
}

}  // namespace drydock::cli

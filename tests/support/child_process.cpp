#include "support/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "drydock/base/deadline.h"

#include "base/process_words.h"

namespace drydock {
namespace {

pid_t spawn(std::vector<std::string> argv, const std::map<std::string, std::string>& env, int output) {
  std::vector<std::string> environment = environment_with(env);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, argv[0].c_str(), &actions, &attributes, pointers_to(argv).data(),
                                   pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), argv[0]);
  }
  return child;
}

ProcessEnd end_of(int status) {
  return WIFEXITED(status) ? ProcessEnd{.exit_code = WEXITSTATUS(status)}
                           : ProcessEnd{.signal = WTERMSIG(status)};
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> argv, const std::map<std::string, std::string>& env) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  reader_.reset(ends[0]);
  const UniqueFd writer{ends[1]};
  pid_ = spawn(std::move(argv), env, writer.get());
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      reader_(std::move(other.reader_)),
      output_(std::move(other.output_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    reap();
  }
}

ChildProcess::Read ChildProcess::read_more(int timeout_ms) {
  pollfd entry{.fd = reader_.get(), .events = POLLIN, .revents = 0};
  const int ready = ::poll(&entry, 1, timeout_ms);
  if (ready == 0) {
    return Read::Late;
  }
  std::array<char, 4096> buffer{};
  const ssize_t size = ready < 0 ? -1 : ::read(reader_.get(), buffer.data(), buffer.size());
  if (size > 0) {
    output_.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return size > 0 || (size < 0 && errno == EINTR) ? Read::More : Read::End;
}

std::string ChildProcess::hear(std::string_view prefix, std::chrono::seconds limit) {
  const Deadline deadline = Deadline::in(limit);
  const std::string wanted = "\n" + std::string{prefix};
  for (;;) {
    const std::string text = "\n" + output_;
    const std::size_t at = text.find(wanted);
    const std::size_t end = at == std::string::npos ? at : text.find('\n', at + 1);
    if (end != std::string::npos) {
      return text.substr(at + wanted.size(), end - at - wanted.size());
    }
    if (read_more(deadline.remaining_ms()) != Read::More) {
      throw std::runtime_error("the program did not say '" + std::string{prefix} +
                               "'; its output: " + output_);
    }
  }
}

void ChildProcess::kill(int signal) const {
  if (pid_ > 0) {  // -1, after a wait, would be every process of the machine
    ::kill(pid_, signal);
  }
}

void ChildProcess::kill_group(int signal) const {
  if (pid_ > 0) {
    ::kill(-pid_, signal);
  }
}

ProcessEnd ChildProcess::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return end_of(status);
}

ProcessEnd ChildProcess::wait(std::chrono::seconds limit) {
  const Deadline deadline = Deadline::in(limit);
  for (;;) {
    switch (read_more(deadline.remaining_ms())) {
      case Read::More:
        continue;
      case Read::End:
        return reap();
      case Read::Late:
        ::kill(-pid_, SIGKILL);
        reap();
        throw std::runtime_error("the program did not end in time; its output: " + output_);
    }
  }
}

ProcessEnd ChildProcess::wait_process() {
  const Deadline deadline = Deadline::in(std::chrono::seconds{60});
  for (;;) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return end_of(status);
    }
    if (deadline.expired()) {
      throw std::runtime_error("the process does not end; its output: " + output_);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace drydock

#include "support/subprocess.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "drydock/base/deadline.h"

#include "base/unique_fd.h"

namespace drydock {
namespace {

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& env) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string pair = *entry;
    if (!env.contains(pair.substr(0, pair.find('=')))) {
      merged.push_back(pair);
    }
  }
  for (const auto& [key, value] : env) {
    merged.push_back(key + "=" + value);
  }
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

pid_t spawn(std::vector<std::string> argv, const std::map<std::string, std::string>& env, int output) {
  std::vector<std::string> environment = merged_environment(env);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, argv[0].c_str(), &actions, &attributes, pointers(argv).data(),
                                   pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), argv[0]);
  }
  return child;
}

// Reads to the end of the output; false when the deadline comes first.
bool read_all(int fd, Deadline deadline, std::string& output) {
  std::array<char, 4096> buffer{};
  for (;;) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, deadline.remaining_ms()) == 0) {
      return false;
    }
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n == 0) {
      return true;
    }
    if (n > 0) {
      output.append(buffer.data(), static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      return true;
    }
  }
}

}  // namespace

SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const std::map<std::string, std::string>& env, std::chrono::seconds limit) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  const UniqueFd reader{ends[0]};
  UniqueFd writer{ends[1]};
  const pid_t child = spawn(argv, env, writer.get());
  writer.reset();
  SubprocessResult result;
  const bool ended = read_all(reader.get(), Deadline::in(limit), result.output);
  if (!ended) {
    ::kill(-child, SIGKILL);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    throw std::runtime_error("'" + argv[0] + "' did not end in time; its output: " + result.output);
  }
  if (WIFEXITED(status)) {
    result.exit_code = WEXITSTATUS(status);
  } else {
    result.signal = WTERMSIG(status);
  }
  return result;
}

}  // namespace drydock

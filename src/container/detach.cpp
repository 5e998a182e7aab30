#include "container/detach.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace drydock {
namespace {

// Goes on in the child.
void fork_and_leave() {
  const pid_t child = ::fork();
  if (child < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot fork");
  }
  if (child > 0) {
    ::_exit(0);
  }
}

void close_inherited() {
  std::vector<int> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    open.push_back(std::atoi(entry.path().filename().c_str()));
  }
  for (const int fd : open) {
    if (fd > STDERR_FILENO) {
      ::close(fd);  // the listing's own is closed already: an error that means nothing
    }
  }
}

}  // namespace

void detach() {
  fork_and_leave();
  ::setsid();
  fork_and_leave();  // the leader of a session could get a terminal again
  if (::chdir("/") != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot change to '/'");
  }
  ::umask(077);
  close_inherited();
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ, SIGTSTP, SIGTTIN, SIGTTOU}) {
    std::signal(signal, SIG_IGN);
  }
}

}  // namespace drydock

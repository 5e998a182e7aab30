#include "container/process_handle.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/deadline.h"

namespace drydock {

ProcessHandle::ProcessHandle(Owner process)
    : process_(std::move(process)), fd_(static_cast<int>(::syscall(SYS_pidfd_open, process_.pid, 0))) {
  // Looked at after the pidfd was opened: from here on it is this process, or none.
  if (Owner::of(process_.pid) != process_ || liveness(process_) != Liveness::Alive) {
    throw std::system_error(
        ESRCH, std::generic_category(),
        fmt::format("the process {} that started at {} runs no more", process_.pid, process_.start_time));
  }
}

bool ProcessHandle::has_ended() const {
  if (!fd_.valid()) {
    return liveness(process_) != Liveness::Alive;
  }
  pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

bool ProcessHandle::wait(std::chrono::milliseconds limit) const {
  const Deadline deadline = Deadline::in(limit);
  constexpr std::chrono::milliseconds kStep{10};
  while (!has_ended()) {
    if (deadline.expired()) {
      return false;
    }
    std::this_thread::sleep_for(kStep);
  }
  return true;
}

void ProcessHandle::signal(int number) const noexcept {
  if (fd_.valid()) {
    ::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0);
  } else {
    ::kill(process_.pid, number);
  }
}

}  // namespace drydock

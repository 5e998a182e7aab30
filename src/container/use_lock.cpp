#include "container/use_lock.h"

#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "container/poll_pace.h"

namespace drydock {
namespace {

// Who wants the use passes the gate first, and stands in it until the use is free.
constexpr off_t kGate = 0;
constexpr off_t kUse = 1;

class AtGate {
 public:
  explicit AtGate(int fd) : fd_(fd) {}
  AtGate(const AtGate&) = delete;
  AtGate& operator=(const AtGate&) = delete;
  ~AtGate() { unlock(fd_, kGate); }

 private:
  int fd_;
};

}  // namespace

UseLock::UseLock(UniqueFd file, std::string what)
    : file_(std::move(file)), what_(std::move(what)), process_(::getpid()) {}

UseLock::~UseLock() {
  if (process_ == ::getpid()) {
    let_go();  // said, not left to close(2): a forked child may hold the file open
  }
}

void UseLock::take(LockKind kind, Deadline deadline) {
  wait_for(kGate, kind, deadline);
  const AtGate gate{file_.get()};
  wait_for(kUse, kind, deadline);
}

void UseLock::share() {
  wait_for(kUse, LockKind::Shared, {});
}

void UseLock::let_go() noexcept {
  unlock(file_.get(), kUse);
}

void UseLock::wait_for(off_t byte, LockKind kind, Deadline deadline) const {
  const PollPace pace;
  try {
    while (!try_lock(file_.get(), byte, kind)) {
      if (deadline.expired()) {
        throw TimeoutError(
            fmt::format("{} is used by others, {}; it was waited for as long as ContainerSpec::start_timeout "
                        "says. A guard of this process may be one of them",
                        what_, kind == LockKind::Exclusive ? "who must end first" : "exclusively"),
            {.operation = "use of a shared container", .resource = what_});
      }
      sleep_within(pace.pause(), deadline);
    }
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::Unsupported,
                fmt::format("the use of {} cannot be locked: {}", what_, error.what()),
                {.operation = "use of a shared container", .resource = what_});
  }
}

}  // namespace drydock

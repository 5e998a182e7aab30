#include "container/death_watch.h"

#include <array>
#include <cerrno>
#include <limits>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "container/background_thread.h"

namespace drydock {
namespace {

constexpr std::uint64_t kStop = std::numeric_limits<std::uint64_t>::max();

UniqueFd checked(int descriptor, const char* what) {
  if (descriptor < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return UniqueFd{descriptor};
}

}  // namespace

DeathWatch::DeathWatch(std::function<void(std::uint64_t key)> on_death)
    : on_death_(std::move(on_death)),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      stop_(checked(::eventfd(0, EFD_CLOEXEC), "eventfd")) {
  add(kStop, stop_.get());
  thread_ = background_thread([this] { work(); });
}

DeathWatch::~DeathWatch() {
  stop();
}

void DeathWatch::add(std::uint64_t key, int pidfd) {
  epoll_event event{};
  // Once: a descriptor that a forked child has a copy of stays in the set after it was closed here.
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.u64 = key;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pidfd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void DeathWatch::stop() noexcept {
  if (!thread_.joinable()) {
    return;
  }
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) == static_cast<ssize_t>(sizeof one)) {
    thread_.join();
  } else {
    thread_.detach();  // cannot be: the counter is 0 until this write
  }
}

void DeathWatch::work() {
  std::array<epoll_event, 16> events{};
  while (true) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) {
      return;
    }
    for (int i = 0; i < count; ++i) {
      const std::uint64_t key = events.at(static_cast<std::size_t>(i)).data.u64;
      if (key == kStop) {
        return;
      }
      on_death_(key);
    }
  }
}

}  // namespace drydock

// Owns a file descriptor.
#pragma once

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace drydock {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
  /// Gives the descriptor up without closing it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept {
    if (fd_ >= 0) {
      ::close(fd_);
    }
    fd_ = fd;
  }

 private:
  int fd_{-1};
};

/// Returns a descriptor for the same that is none of the standard streams': a program that has closed them
/// writes its output to whatever has their numbers. Invalid when there is none left.
[[nodiscard]] inline UniqueFd above_standard_streams(UniqueFd fd) noexcept {
  return fd.get() > STDERR_FILENO || !fd.valid()
             ? std::move(fd)
             : UniqueFd{::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
}

}  // namespace drydock

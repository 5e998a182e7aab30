#include "container/file_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>

namespace drydock {
namespace {

struct flock on_byte(off_t byte, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return lock;
}

// Waits for nothing, so that a signal is the only reason to try again.
bool apply(int fd, int command, struct flock& lock) {
  int result = ::fcntl(fd, command, &lock);
  while (result != 0 && errno == EINTR) {
    result = ::fcntl(fd, command, &lock);
  }
  return result == 0;
}

}  // namespace

UniqueFd open_lock_file(const std::string& path) {
  UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
  const int error = errno;
  const bool is_open = file.valid();
  file = above_standard_streams(std::move(file));
  if (!file.valid()) {
    throw std::system_error(is_open ? errno : error, std::generic_category(),
                            "cannot open the lock file '" + path + "'");
  }
  return file;
}

bool try_lock(int fd, off_t byte, LockKind kind) {
  struct flock lock = on_byte(byte, kind == LockKind::Shared ? F_RDLCK : F_WRLCK);
  if (apply(fd, F_OFD_SETLK, lock)) {
    return true;
  }
  if (errno != EAGAIN && errno != EACCES) {
    throw std::system_error(errno, std::generic_category(), "cannot lock a file");
  }
  return false;
}

void unlock(int fd, off_t byte) noexcept {
  struct flock lock = on_byte(byte, F_UNLCK);
  apply(fd, F_OFD_SETLK, lock);
}

bool is_locked_by_another(int fd, off_t byte) {
  struct flock lock = on_byte(byte, F_WRLCK);
  if (!apply(fd, F_OFD_GETLK, lock)) {
    throw std::system_error(errno, std::generic_category(), "cannot look at a file's locks");
  }
  return lock.l_type != F_UNLCK;
}

}  // namespace drydock

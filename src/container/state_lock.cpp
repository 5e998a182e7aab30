#include "container/state_lock.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/read_file.h"
#include "container/file_lock.h"
#include "container/poll_pace.h"
#include "container/watch_log.h"

namespace drydock {
namespace {

std::string path_of(const std::string& name) {
  return state_directory() + "/" + name + ".lock";
}

bool is_at(const std::string& path, int fd) {
  struct stat named {};
  struct stat locked {};
  return ::lstat(path.c_str(), &named) == 0 && ::fstat(fd, &locked) == 0 && named.st_ino == locked.st_ino &&
         named.st_dev == locked.st_dev;
}

void write_note(int fd, const std::string& note) {
  // A note that cannot be written, on a full disk, is missed in a message only.
  if (::ftruncate(fd, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(fd, note.data(), note.size(), 0);
  }
}

}  // namespace

StateLock::StateLock(UniqueFd file, std::string path, AtEnd at_end)
    : file_(std::move(file)), path_(std::move(path)), at_end_(at_end), process_(::getpid()) {}

std::optional<StateLock> StateLock::try_take(const std::string& name, const std::string& note, AtEnd at_end) {
  const std::string path = path_of(name);
  for (;;) {
    UniqueFd file = open_lock_file(path);
    if (!try_lock(file.get(), 0, LockKind::Exclusive)) {
      return std::nullopt;
    }
    if (is_at(path, file.get())) {
      write_note(file.get(), note);
      return StateLock{std::move(file), path, at_end};
    }
    // Its holder removed the file in between: who comes next locks another one.
  }
}

std::optional<StateLock> StateLock::take_one_of(const std::vector<std::string>& names,
                                                const std::string& note, Deadline deadline, AtEnd at_end) {
  const PollPace pace;
  for (;;) {
    for (const std::string& name : names) {
      if (std::optional<StateLock> lock = try_take(name, note, at_end)) {
        return lock;
      }
    }
    if (deadline.expired()) {
      return std::nullopt;
    }
    sleep_within(pace.pause(), deadline);
  }
}

std::string StateLock::note_of(const std::string& name) {
  return read_file(path_of(name));
}

StateLock::~StateLock() {
  if (!file_.valid() || process_ != ::getpid()) {
    return;
  }
  if (at_end_ == AtEnd::Remove) {
    ::unlink(path_.c_str());
  }
  unlock(file_.get(), 0);  // a child may hold a copy of the descriptor: closing this one would not do
}

}  // namespace drydock

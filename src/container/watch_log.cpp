#include "container/watch_log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "container/file_lock.h"
#include "container/log_file.h"

namespace drydock {
namespace {

constexpr std::string_view kPrefix = "watch-";
// Of lock files: who was to remove them may have been killed.
constexpr std::array<std::string_view, 6> kLockPrefixes{kPrefix,   "use-",  "service-",
                                                        "matrix-", "pull-", "slot-"};
constexpr std::string_view kLock = ".lock";
constexpr std::string_view kFailed = ".failed.log";
constexpr std::string_view kSeen = ".seen.log";
constexpr std::chrono::hours kShelfLife{7 * 24};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Throws unless the directory exists, or can be made, is this user's alone, and can be written: a container's
// file system may be read-only.
void make_private(const std::string& path) {
  make_directories(path);
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot look at '" + path + "'");
  }
  if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 022U) != 0) {
    throw std::system_error(EPERM, std::generic_category(),
                            "'" + path + "' is not a directory that only its user can write");
  }
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot write to '" + path + "'");
  }
}

bool is_lock_file(const std::string& name) {
  return name.ends_with(kLock) &&
         std::any_of(kLockPrefixes.begin(), kLockPrefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

// Leaves one that somebody holds. It is held here meanwhile, so that who comes next sees that it is gone.
void remove_lock_file(const std::string& path) {
  const UniqueFd file = open_lock_file(path);
  constexpr off_t kSecond = 1;
  if (try_lock(file.get(), 0, LockKind::Exclusive) && !is_locked_by_another(file.get(), kSecond)) {
    ::unlink(path.c_str());
  }
}

}  // namespace

std::string state_directory() {
  std::vector<std::string> candidates;
  if (const std::string home = variable("XDG_STATE_HOME"); home.starts_with('/')) {
    candidates.push_back(home + "/drydock");
  }
  if (const std::string home = variable("HOME"); home.starts_with('/')) {
    candidates.push_back(home + "/.local/state/drydock");
  }
  for (const std::string& path : candidates) {
    try {
      make_private(path);
      return path;
    } catch (const std::system_error& error) {
      log::debug(error.what());
    }
  }
  std::string last = fmt::format("/tmp/drydock-{}", ::geteuid());
  make_private(last);
  return last;
}

void WatchLog::write(std::string_view line) noexcept {
  if (given_up_) {
    return;
  }
  try {
    if (!file_.valid()) {
      path_ = fmt::format("{}/{}{}.log", state_directory(), kPrefix, name_);
      file_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    }
    const std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}\n", fmt::gmtime(std::time(nullptr)), line);
    given_up_ = ::write(file_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size());
  } catch (const std::exception&) {
    given_up_ = true;
  }
}

void WatchLog::fail() noexcept {
  if (!file_.valid()) {
    return;
  }
  file_.reset();
  given_up_ = true;
  try {
    const std::string stem = path_.substr(0, path_.size() - std::string_view{".log"}.size());
    std::error_code ignored;
    std::filesystem::rename(path_, stem + std::string{kFailed}, ignored);
  } catch (const std::exception&) {
    return;  // the log stays under its first name; nobody is pointed to it
  }
}

std::vector<std::string> take_failed_watch_logs() noexcept {
  std::vector<std::string> found;
  try {
    const auto now = std::filesystem::file_time_type::clock::now();
    for (const std::filesystem::directory_entry& entry :
         std::filesystem::directory_iterator(state_directory())) {
      const std::string name = entry.path().filename().string();
      const bool is_lock = is_lock_file(name);
      if (!is_lock && !name.starts_with(kPrefix)) {
        continue;
      }
      std::error_code ignored;
      const auto written = entry.last_write_time(ignored);
      if (ignored) {
        continue;  // another process was faster
      }
      if (now - written > kShelfLife) {
        if (is_lock) {
          remove_lock_file(entry.path().string());
        } else {
          std::filesystem::remove(entry.path(), ignored);
        }
      } else if (name.ends_with(kFailed)) {
        const std::string path = entry.path().string();
        const std::string seen = path.substr(0, path.size() - kFailed.size()) + std::string{kSeen};
        std::filesystem::rename(path, seen);  // of several processes one succeeds
        found.push_back(seen);
      }
    }
  } catch (const std::exception& error) {
    log::debug(error.what());
  }
  return found;
}

}  // namespace drydock

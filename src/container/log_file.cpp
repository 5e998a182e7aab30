#include "container/log_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>

#include "base/unique_fd.h"

namespace drydock {
namespace {

constexpr int kNamesTried = 1000;

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

UniqueFd open_directory(const std::string& path) {
  UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd.valid()) {
    throw_errno("cannot open the directory '" + path + "'");
  }
  return fd;
}

void write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      throw_errno("cannot write '" + path + "'");
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      throw_errno("cannot make the directory '" + part + "'");
    }
    if (end == std::string::npos) {
      return;
    }
  }
}

std::string log_directory(const std::string& chosen) {
  if (!chosen.empty()) {
    return chosen;
  }
  const char* const configured = std::getenv("DRYDOCK_LOG_DIR");
  return configured != nullptr && *configured != '\0' ? configured : "drydock-logs";
}

std::string safe_file_name(std::string_view text) {
  std::string name{text.substr(0, 150)};
  const auto is_unsafe = [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
             c == '_' || c == '-');
  };
  std::replace_if(name.begin(), name.end(), is_unsafe, '_');
  if (name.empty() || name.front() == '.') {
    name.insert(0, "_");
  }
  return name;
}

std::string save_log(const std::string& directory, std::string_view name, std::string_view content) {
  make_directories(directory);
  const UniqueFd folder = open_directory(directory);
  const std::string stem = safe_file_name(name);
  for (int number = 1; number <= kNamesTried; ++number) {
    const std::string file = stem + (number == 1 ? "" : "-" + std::to_string(number)) + ".log";
    std::string path = directory + "/" + file;
    const UniqueFd fd{
        ::openat(folder.get(), file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (fd.valid()) {
      write_all(fd.get(), content, path);
      return path;
    }
    if (errno != EEXIST) {
      throw_errno("cannot make the file '" + path + "'");
    }
  }
  errno = EEXIST;
  throw_errno("cannot make a new file '" + stem + "-N.log' in '" + directory + "': remove the old ones");
}

}  // namespace drydock

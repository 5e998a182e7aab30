#include "observability/trace_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/redaction.h"
#include "base/utf8.h"

namespace drydock::trace {
namespace {

constexpr std::string_view kEnd = "\n]\n";

/// Opens the file and locks it for as long as it is open; invalid, with errno EWOULDBLOCK, when another has.
UniqueFd open_alone(const std::string& path) {
  UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR)};
  if (!file.valid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return UniqueFd{};
  }
  // It may be an older one, with another mode.
  if (::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0 || ::ftruncate(file.get(), 0) != 0) {
    return UniqueFd{};
  }
  return file;
}

bool write_at(int file, std::string_view bytes, off_t at) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), at);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    at += written;
  }
  return true;
}

std::string reason() {
  return std::generic_category().message(errno);
}

}  // namespace

TraceFile::TraceFile(const std::string& path) {
  if (!path.empty()) {
    open(path);
  }
}

void TraceFile::open(const std::string& path) {
  path_ = path;
  file_ = open_alone(path_);
  if (!file_.valid() && errno == EWOULDBLOCK) {
    path_ = fmt::format("{}.{}", path, ::getpid());
    file_ = open_alone(path_);
  }
  if (!file_.valid() || !write_at(file_.get(), "[\n]\n", 0)) {
    log::warn(fmt::format("DRYDOCK_TRACE: the file '{}' cannot be written ({}); nothing is traced", path_,
                          reason()));
    file_ = UniqueFd{};
    return;
  }
  end_ = 1;
}

void TraceFile::append(std::string_view event) noexcept {
  try {
    const std::lock_guard lock{mutex_};
    std::string bytes = end_ == 1 ? "\n" : ",\n";
    bytes += event;
    const std::size_t size = bytes.size();
    bytes += kEnd;
    if (file_.valid() && !has_failed_ && write_at(file_.get(), bytes, end_)) {
      end_ += static_cast<long>(size);
    } else if (file_.valid() && !has_failed_) {
      has_failed_ = true;
      log::warn(
          fmt::format("DRYDOCK_TRACE: writing to '{}' failed ({}); the trace ends here", path_, reason()));
    }
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

std::string json_string(std::string_view text) {
  const std::string shown = redacted(text);
  std::string_view rest = shown;
  std::string out = "\"";
  while (!rest.empty()) {
    const std::size_t length = text::utf8_sequence(rest);
    if (length == 0) {
      out += "\\ufffd";
    } else if (length == 1 && (rest.front() < ' ' || rest.front() == '\x7f')) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(rest.front()));
    } else if (rest.front() == '"' || rest.front() == '\\') {
      out += '\\';
      out += rest.front();
    } else {
      out += rest.substr(0, length);
    }
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out + '"';
}

std::string with_process_id(std::string path, long process) {
  constexpr std::string_view kPlace = "%p";
  for (std::size_t at = path.find(kPlace); at != std::string::npos; at = path.find(kPlace, at)) {
    path.replace(at, kPlace.size(), std::to_string(process));
  }
  return path;
}

}  // namespace drydock::trace

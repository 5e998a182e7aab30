#include "container/owner.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/read_file.h"
#include "base/text.h"

namespace drydock {
namespace {

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

struct ProcessStat {
  std::string name{};
  char state{};
  pid_t parent{};
  std::uint64_t start_time{};
};

// proc(5): "pid (comm) state ..."; comm may hold spaces and brackets, so the fields begin after the last ')'.
std::optional<ProcessStat> parse_stat(const std::string& text) {
  const std::size_t comm_begin = text.find(" (");
  const std::size_t comm_end = text.rfind(") ");
  if (comm_begin == std::string::npos || comm_end == std::string::npos) {
    return std::nullopt;
  }
  const std::vector<std::string> fields = text::split(std::string_view{text}.substr(comm_end + 2), ' ');
  constexpr std::size_t kStartTime = 22 - 3;  // the state is field 3
  if (fields.size() <= kStartTime || fields[0].empty()) {
    return std::nullopt;
  }
  return ProcessStat{text.substr(comm_begin + 2, comm_end - comm_begin - 2), fields[0][0],
                     number<pid_t>(fields[1]).value_or(0),
                     number<std::uint64_t>(fields[kStartTime]).value_or(0)};
}

std::optional<ProcessStat> read_stat(pid_t pid) {
  return parse_stat(read_file(fmt::format("/proc/{}/stat", pid)));
}

std::uint64_t pid_namespace_of(const std::string& process) {
  struct stat info {};
  return ::stat(fmt::format("/proc/{}/ns/pid", process).c_str(), &info) == 0 ? info.st_ino : 0;
}

constexpr std::string_view kNoMachineId = "unknown";

// Machines share names ("localhost"), and their ids are not to be shown about: the name and a hash of the id.
std::string host_name() {
  struct utsname names {};
  ::uname(&names);
  const std::string machine_id{text::trim(read_file("/etc/machine-id"))};
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : machine_id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return fmt::format("{}/{}", static_cast<const char*>(names.nodename),
                     machine_id.empty() ? std::string{kNoMachineId} : fmt::format("{:08x}", hash));
}

Owner here() {
  return {.host = host_name(),
          .boot_id = std::string{text::trim(read_file("/proc/sys/kernel/random/boot_id"))},
          .pid_namespace = pid_namespace_of("self")};
}

bool is_dead(char state) {
  return state == 'Z' || state == 'X' || state == 'x';
}

// A process whose first thread has ended shows as a zombie while its other threads run.
bool has_living_thread(pid_t pid) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry{fmt::format("/proc/{}/task", pid), ignored}, end;
       !ignored && entry != end; entry.increment(ignored)) {
    const std::optional<ProcessStat> stat = parse_stat(read_file((entry->path() / "stat").string()));
    if (stat && !is_dead(stat->state)) {
      return true;
    }
  }
  return false;
}

// A process that /proc does not show may be hidden (hidepid): only the kernel's word that there is none
// counts.
bool is_surely_gone(pid_t pid) {
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

bool Owner::is_complete() const noexcept {
  return !boot_id.empty() && pid_namespace != 0 && pid > 0 && start_time != 0;
}

std::optional<Owner> Owner::of(pid_t pid) {
  const std::optional<ProcessStat> stat = read_stat(pid);
  if (!stat) {
    return std::nullopt;
  }
  Owner owner = here();
  owner.pid = pid;
  owner.start_time = stat->start_time;
  return owner;
}

Owner Owner::of_this_process() {
  Owner owner = here();
  owner.pid = ::getpid();
  owner.start_time = read_stat(owner.pid).value_or(ProcessStat{}).start_time;
  return owner;
}

std::optional<Owner> Owner::parse(std::string_view text) {
  std::array<std::string_view, 4> tail{};  // from the right: a host's name is not ours to restrict
  for (std::size_t part = tail.size(); part-- > 0;) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    tail[part] = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  const auto space = number<std::uint64_t>(tail[1]);
  const auto pid = number<pid_t>(tail[2]);
  const auto start = number<std::uint64_t>(tail[3]);
  if (!space || !pid || !start || *pid <= 0) {
    return std::nullopt;
  }
  return Owner{std::string{text}, std::string{tail[0]}, *space, *pid, *start};
}

std::string Owner::to_text() const {
  return fmt::format("{}:{}:{}:{}:{}", host, boot_id, pid_namespace, pid, start_time);
}

Liveness liveness(const Owner& owner) {
  const Owner self = here();
  const bool can_be_told = owner.is_complete() && !self.boot_id.empty() && self.pid_namespace != 0;
  if (!can_be_told || owner.host != self.host) {
    return Liveness::Unknown;
  }
  if (owner.boot_id != self.boot_id) {
    // Two machines without an id may have one name.
    return owner.host.ends_with(kNoMachineId) ? Liveness::Unknown : Liveness::Dead;
  }
  if (owner.pid_namespace != self.pid_namespace) {
    return Liveness::Unknown;
  }
  const std::optional<ProcessStat> stat = read_stat(owner.pid);
  if (!stat) {
    return is_surely_gone(owner.pid) ? Liveness::Dead : Liveness::Unknown;
  }
  const bool lives =
      stat->start_time == owner.start_time && (!is_dead(stat->state) || has_living_thread(owner.pid));
  return lives ? Liveness::Alive : Liveness::Dead;
}

std::optional<Owner> Owner::test_runner() {
  constexpr int kGenerations = 64;
  pid_t pid = ::getppid();
  for (int i = 0; i < kGenerations && pid > 1; ++i) {
    const std::optional<ProcessStat> stat = read_stat(pid);
    if (!stat) {
      return std::nullopt;
    }
    if (stat->name == "ctest") {
      return of(pid);
    }
    pid = stat->parent;
  }
  return std::nullopt;
}

}  // namespace drydock

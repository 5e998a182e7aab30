// What is wrong with a spec's resources, security, healthcheck and stop signal.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "container/spec_faults.h"

namespace drydock {
namespace {

constexpr std::int64_t kMinMemory = std::int64_t{6} << 20;
constexpr double kMinCpus = 0.01;
constexpr double kMaxCpus = 1 << 20;
constexpr std::int64_t kUnlimited = -1;

constexpr std::array<std::string_view, 16> kUlimits{
    "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue", "nice",
    "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack",    "as"};

constexpr std::array<std::string_view, 36> kSignals{
    "ABRT", "ALRM", "BUS",  "CHLD", "CLD",  "CONT", "FPE",    "HUP",    "ILL",  "INT",  "IO",    "IOT",
    "KILL", "PIPE", "POLL", "PROF", "PWR",  "QUIT", "SEGV",   "STKFLT", "STOP", "SYS",  "TERM",  "TRAP",
    "TSTP", "TTIN", "TTOU", "URG",  "USR1", "USR2", "VTALRM", "WINCH",  "XCPU", "XFSZ", "RTMIN", "RTMAX"};

template <typename Array>
bool holds(const Array& array, std::string_view value) {
  return std::find(array.begin(), array.end(), value) != array.end();
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void check_not_negative(std::string_view field, std::int64_t value, Faults& faults) {
  if (value < 0) {
    faults.push_back(fmt::format("{} '{}' is negative; 0 means the default", field, value));
  }
}

void check_memory_and_cpus(const Resources& resources, Faults& faults) {
  if (resources.memory_bytes < 0 || (resources.memory_bytes > 0 && resources.memory_bytes < kMinMemory)) {
    faults.push_back(
        fmt::format("resources.memory_bytes '{}' is less than the engine's least of {} (6 MiB); 0 means "
                    "no limit",
                    resources.memory_bytes, kMinMemory));
  }
  const double cpus = resources.cpus;
  if (!std::isfinite(cpus) || cpus < 0 || cpus > kMaxCpus || (cpus > 0 && cpus < kMinCpus)) {
    faults.push_back(fmt::format("resources.cpus '{}' is no number of cores from {} on; 0 means no limit",
                                 cpus, kMinCpus));
  }
}

// "0-2,4"
bool is_cpuset(const std::string& cpuset) {
  const auto is_range = [](const std::string& range) {
    const auto ends = text::split(range, '-');
    return ends.size() <= 2 && std::all_of(ends.begin(), ends.end(), is_number);
  };
  const auto ranges = text::split(cpuset, ',');
  return std::all_of(ranges.begin(), ranges.end(), is_range);
}

void check_ulimits(const Resources& resources, Faults& faults) {
  std::set<std::string> seen;
  for (const Ulimit& ulimit : resources.ulimits) {
    if (!holds(kUlimits, ulimit.name)) {
      faults.push_back(
          fmt::format("ulimit {} is unknown; known are {}", quote(ulimit.name), fmt::join(kUlimits, ", ")));
    }
    if (!seen.insert(ulimit.name).second) {
      faults.push_back(fmt::format("ulimit {} is set twice; keep one", quote(ulimit.name)));
    }
    if (ulimit.soft < kUnlimited || ulimit.hard < kUnlimited) {
      faults.push_back(fmt::format("ulimit {} is negative; -1 means unlimited", quote(ulimit.name)));
    }
    const bool soft_is_more = ulimit.soft == kUnlimited || ulimit.soft > ulimit.hard;
    if (ulimit.hard != kUnlimited && soft_is_more) {
      faults.push_back(
          fmt::format("ulimit {} has the soft limit '{}' above the hard limit '{}'; raise the hard one",
                      quote(ulimit.name), ulimit.soft, ulimit.hard));
    }
  }
}

void check_resources(const Resources& resources, Faults& faults) {
  check_memory_and_cpus(resources, faults);
  check_not_negative("resources.pids", resources.pids, faults);
  check_not_negative("resources.shm_bytes", resources.shm_bytes, faults);
  if (!resources.cpuset.empty() && !is_cpuset(resources.cpuset)) {
    faults.push_back(fmt::format("resources.cpuset {} is no list of cores; write one such as '0-2,4'",
                                 quote(resources.cpuset)));
  }
  check_ulimits(resources, faults);
}

void check_capabilities(std::string_view field, const std::vector<std::string>& names, Faults& faults) {
  for (const std::string& name : names) {
    if (!made_of_letters_digits_and("_", name)) {
      faults.push_back(
          fmt::format("{} {} is no capability; write one such as 'NET_ADMIN', or 'ALL'", field, quote(name)));
    }
  }
}

void check_security(const Security& security, Faults& faults) {
  check_capabilities("security.cap_add", security.cap_add, faults);
  check_capabilities("security.cap_drop", security.cap_drop, faults);
  for (const std::string& option : security.options) {
    check_text("security option", option, faults);
    if (option.empty()) {
      faults.emplace_back("security option '' is empty; write one such as 'seccomp=unconfined'");
    }
    const bool contradicts = option.rfind("no-new-privileges", 0) == 0 && security.no_new_privileges;
    if (contradicts) {
      faults.push_back(fmt::format(
          "security option {} and no_new_privileges say the same thing; keep the field", quote(option)));
    }
  }
}

// "SIGTERM", "TERM", "15", "SIGRTMIN+3": what the engine reads.
bool is_signal(std::string_view name) {
  if (is_number(name)) {
    const int number = std::stoi(std::string{name});
    return number >= 1 && number <= 64;
  }
  if (name.rfind("SIG", 0) == 0) {
    name.remove_prefix(3);
  }
  const std::size_t offset = name.find_first_of("+-");
  if (offset == std::string_view::npos) {
    return holds(kSignals, name);
  }
  const std::string_view from = name[offset] == '+' ? "RTMIN" : "RTMAX";
  const std::string_view steps = name.substr(offset + 1);
  return name.substr(0, offset) == from && is_number(steps) && std::stoi(std::string{steps}) <= 15;
}

}  // namespace

void check_limits(const ContainerSpec& spec, Faults& faults) {
  check_resources(spec.resources, faults);
  check_security(spec.security, faults);
  if (!spec.stop_signal.empty() && !is_signal(spec.stop_signal)) {
    faults.push_back(
        fmt::format("stop_signal {} is no signal; write one such as 'SIGINT'", quote(spec.stop_signal)));
  }
  check_not_negative("stop_timeout", spec.stop_timeout.count(), faults);
}

void check_healthcheck(const ContainerSpec& spec, Faults& faults) {
  const Healthcheck& check = spec.healthcheck;
  if (!check.argv.empty() && !check.shell.empty()) {
    faults.push_back(
        fmt::format("healthcheck has both argv and the shell command {}; keep one", quote(check.shell)));
  }
  if (check.disable && check != Healthcheck{.disable = true}) {
    faults.emplace_back("healthcheck is disabled and configured at once; keep one");
  }
  if (!check.argv.empty() && check.argv.front().empty()) {
    faults.emplace_back("healthcheck argv begins with ''; name a program");
  }
  for (const std::string& argument : check.argv) {
    check_text("healthcheck argument", argument, faults);
  }
  check_text("healthcheck shell command", check.shell, faults);
  check_not_negative("healthcheck interval", check.interval.count(), faults);
  check_not_negative("healthcheck timeout", check.timeout.count(), faults);
  check_not_negative("healthcheck start_period", check.start_period.count(), faults);
  check_not_negative("healthcheck retries", check.retries, faults);
}

}  // namespace drydock

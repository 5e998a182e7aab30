#include "container/exec_validate.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"

namespace drydock {
namespace {

// Linux's MAX_ARG_STRLEN: one argument or variable with its closing NUL. Past it execve(2) fails with E2BIG.
constexpr std::size_t kArgumentLimit = std::size_t{128} << 10;

using Faults = std::vector<std::string>;

void check_text(Faults& faults, const std::string& what, const std::string& value) {
  if (value.find('\0') != std::string::npos) {
    faults.push_back(fmt::format("{} holds a NUL byte", what));
  }
  if (!text::is_utf8(value)) {
    // A request body is JSON: the engine would get replacement characters instead.
    faults.push_back(fmt::format("{} is not UTF-8: pass such bytes on stdin or in a file", what));
  }
  if (value.size() >= kArgumentLimit) {
    faults.push_back(
        fmt::format("{} has {} bytes, and the kernel takes less than {}: pass it on stdin or in a file", what,
                    value.size(), kArgumentLimit));
  }
}

void check_command(Faults& faults, const std::vector<std::string>& argv) {
  if (argv.empty() || argv.front().empty()) {
    faults.emplace_back("the command is empty");
  }
  for (std::size_t i = 0; i < argv.size(); ++i) {
    check_text(faults, fmt::format("argument {}", i), argv[i]);
  }
}

// The clock counts nanoseconds: it knows no time that is much later.
constexpr std::chrono::hours kLongestTimeout{24 * 366};

void check_environment(Faults& faults, const std::map<std::string, std::string>& env) {
  for (const auto& [name, value] : env) {
    if (name.empty() || name.find('=') != std::string::npos) {
      faults.push_back(fmt::format("'{}' is no name for an environment variable", text::printable(name)));
    } else if (name == kExecMarker) {
      faults.push_back(fmt::format("the environment variable '{}' is Drydock's own", name));
    }
    check_text(faults, fmt::format("environment variable '{}'", text::printable(name, 40)),
               name + '=' + value);
  }
}

void check_options(Faults& faults, const ExecOptions& options) {
  check_text(faults, "the user", options.user);
  check_text(faults, "the working directory", options.working_dir);
  if (!options.working_dir.empty() && options.working_dir.front() != '/') {
    faults.push_back(
        fmt::format("the working directory '{}' is not absolute", text::printable(options.working_dir)));
  }
  if (options.timeout <= std::chrono::milliseconds::zero()) {
    faults.push_back(fmt::format("the timeout of {} ms is not positive", options.timeout.count()));
  } else if (options.timeout > kLongestTimeout) {
    faults.push_back(
        fmt::format("the timeout of {} ms is past a year; give the time after which the command "
                    "is to be ended",
                    options.timeout.count()));
  }
  if (options.input && options.input_source) {
    faults.emplace_back("input and input_source are both set: choose one");
  }
}

Faults find_faults(const std::string& container, const std::vector<std::string>& argv,
                   const ExecOptions& options) {
  Faults faults;
  if (container.empty()) {
    faults.emplace_back("the container's name is empty");
  }
  check_command(faults, argv);
  check_environment(faults, options.env);
  check_options(faults, options);
  return faults;
}

void throw_faults(const Faults& faults, const std::string& container) {
  if (!faults.empty()) {
    throw InvalidArgumentError("cannot run a command: " + text::join(faults, "; "),
                               {.operation = "exec", .resource = container});
  }
}

}  // namespace

void require_valid_exec(const std::string& container, const std::vector<std::string>& argv,
                        const ExecOptions& options) {
  throw_faults(find_faults(container, argv, options), container);
}

void require_valid_detached(const std::string& container, const std::vector<std::string>& argv,
                            const ExecOptions& options) {
  Faults faults = find_faults(container, argv, options);
  if (options.input || options.input_source) {
    faults.emplace_back("a detached command has no stdin");
  }
  if (options.on_stdout || options.on_stderr) {
    faults.emplace_back("a detached command's output is not seen: it can have no sink");
  }
  throw_faults(faults, container);
}

}  // namespace drydock

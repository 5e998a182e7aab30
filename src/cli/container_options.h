// The options that say what to run, which `drydock up` and `drydock run` have in common.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drydock/container/spec.h"

namespace CLI {  // NOLINT(readability-identifier-naming): it is theirs
class App;
}

namespace drydock::cli {

struct ContainerOptions {
  std::string image{}, fixture{}, name{}, pull{"missing"};
  std::vector<std::string> env{}, publish{}, mounts{}, files{}, waits{};
  std::optional<double> ready_timeout{};  ///< seconds; by default the fixture's, or 60
};

/// Adds --image, --fixture, --name, --env, --publish, --mount, --file, --wait, --ready-timeout and --pull.
void add_container_options(CLI::App& verb, ContainerOptions& options);

/// Returns the spec that the options and the container's command say, on top of the fixture's when one is
/// named; reads the files. Throws InvalidArgumentError naming the option and its value, or for want of both
/// an image and a fixture.
[[nodiscard]] ContainerSpec to_spec(const ContainerOptions& options, std::vector<std::string> command);

/// Parses NAME=VALUE, or NAME, whose value `look_up` then gives: secrets can so stay out of command lines,
/// which everybody on the machine may read. `look_up` returns null for a variable that is not set. Throws
/// InvalidArgumentError.
[[nodiscard]] std::pair<std::string, std::string> parse_env(
    std::string_view text, const std::function<const char*(const std::string&)>& look_up);

struct FileArgument {
  std::string source{};  ///< on this machine
  std::string target{};  ///< absolute, in the container
};

/// Parses HOST:CONTAINER; the last ":/" parts them. Throws InvalidArgumentError.
[[nodiscard]] FileArgument parse_file(std::string_view text);

/// Reads the file that is to be copied, with its permission bits. Throws InvalidArgumentError when it cannot
/// be read, is no regular file, or is longer than 64 MiB.
[[nodiscard]] File load_file(const FileArgument& argument);

/// Parses "missing", "always" or "never". Throws InvalidArgumentError.
[[nodiscard]] PullPolicy parse_pull(std::string_view text);

}  // namespace drydock::cli

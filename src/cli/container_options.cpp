#include "cli/container_options.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "cli/mount_argument.h"
#include "cli/wait_argument.h"
#include "fixtures/catalogue.h"

namespace drydock::cli {
namespace {

constexpr double kShortest = 0.001;
constexpr double kLongest = 1e6;  // 11 days
constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;
constexpr unsigned kPermissionBits = 07777;

ContainerSpec base_spec(const ContainerOptions& options) {
  if (options.fixture.empty() && options.image.empty()) {
    throw InvalidArgumentError(
        fmt::format("it is not said what to run: give --image REF, or --fixture NAME, one of {}",
                    text::join(fixtures::names(), ", ")));
  }
  ContainerSpec spec = options.fixture.empty() ? ContainerSpec{} : fixtures::spec_of(options.fixture);
  if (!options.image.empty()) {
    spec.image = options.image;
  }
  return spec;
}

/// Adds the port, or says how the fixture's own is published.
void add_port(ContainerSpec& spec, const Port& port) {
  for (Port& known : spec.ports) {
    if (known.container == port.container && known.protocol == port.protocol) {
      known = port;
      return;
    }
  }
  spec.ports.push_back(port);
}

}  // namespace

std::pair<std::string, std::string> parse_env(std::string_view text,
                                              const std::function<const char*(const std::string&)>& look_up) {
  const std::size_t equals = text.find('=');
  std::string name{text.substr(0, equals)};
  if (name.empty()) {
    throw InvalidArgumentError(
        fmt::format("--env is '{}'; it must be NAME=VALUE, or NAME for the value that it has here",
                    text::printable(text)));
  }
  if (equals != std::string_view::npos) {
    return {std::move(name), std::string{text.substr(equals + 1)}};
  }
  const char* const value = look_up(name);
  if (value == nullptr) {
    throw InvalidArgumentError(
        fmt::format("--env is '{0}', a variable that is not set here; set it, or write {0}=VALUE",
                    text::printable(name)));
  }
  return {std::move(name), value};
}

FileArgument parse_file(std::string_view text) {
  const std::size_t colon = text.rfind(":/");
  if (colon == std::string_view::npos || colon == 0) {
    throw InvalidArgumentError(fmt::format(
        "--file is '{}'; it must be HOST:CONTAINER, a file of this machine and an absolute path in the "
        "container",
        text::printable(text)));
  }
  return {std::string{text.substr(0, colon)}, std::string{text.substr(colon + 1)}};
}

File load_file(const FileArgument& argument) {
  const auto refuse = [&argument](const std::string& why) {
    return InvalidArgumentError(
        fmt::format("--file names '{}', which {}", text::printable(argument.source), why));
  };
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(argument.source, error);
  if (!std::filesystem::is_regular_file(status)) {
    throw refuse(std::filesystem::exists(status) ? "is no regular file" : "is not there");
  }
  if (std::filesystem::file_size(argument.source, error) > kLargestFile) {
    throw refuse("is longer than 64 MiB; use --mount for it");
  }
  std::ifstream in{argument.source, std::ios::binary};
  std::string content{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad()) {
    throw refuse("cannot be read");
  }
  return {.path = argument.target,
          .content = std::move(content),
          .mode = static_cast<unsigned>(status.permissions()) & kPermissionBits};
}

PullPolicy parse_pull(std::string_view text) {
  if (text == "missing") {
    return PullPolicy::Missing;
  }
  if (text == "always") {
    return PullPolicy::Always;
  }
  if (text == "never") {
    return PullPolicy::Never;
  }
  throw InvalidArgumentError(
      fmt::format("--pull is '{}'; it must be missing, always or never", text::printable(text)));
}

ContainerSpec to_spec(const ContainerOptions& options, std::vector<std::string> command) {
  ContainerSpec spec = base_spec(options);
  spec.name = options.name;
  if (!command.empty()) {
    spec.command = std::move(command);
  }
  spec.pull = parse_pull(options.pull);
  for (const std::string& text : options.env) {
    auto [name, value] =
        parse_env(text, [](const std::string& wanted) { return std::getenv(wanted.c_str()); });
    spec.env.insert_or_assign(std::move(name), std::move(value));
  }
  for (const std::string& text : options.publish) {
    add_port(spec, Port::parse(text));
  }
  for (const std::string& text : options.mounts) {
    spec.mounts.push_back(parse_mount(text));
  }
  for (const std::string& text : options.files) {
    spec.files.push_back(load_file(parse_file(text)));
  }
  for (const std::string& text : options.waits) {
    spec.ready.push_back(parse_wait(text));
  }
  if (options.ready_timeout) {
    spec.ready_timeout = std::chrono::milliseconds{static_cast<std::int64_t>(*options.ready_timeout * 1000)};
  }
  return spec;
}

void add_container_options(CLI::App& verb, ContainerOptions& options) {
  const auto add_list = [&verb](const char* name, std::vector<std::string>& list, const char* help) {
    // Without this an option takes all words that follow it.
    verb.add_option(name, list, help)->allow_extra_args(false);
  };
  verb.add_option("--image", options.image, "The image's reference");
  verb.add_option(
      "--fixture", options.fixture,
      "A ready-made service, such as postgres: its image, port, readiness and the rest, on top of "
      "which the other options say more");
  verb.add_option("--name", options.name, "The container's name at the engine; made unique by default");
  add_list("--env,-e", options.env,
           "NAME=VALUE, or NAME for the value that it has here; any number of times, like those that follow");
  add_list("--publish,-p", options.publish,
           "A port, as [[IP:]HOST:]CONTAINER[/PROTOCOL]; on 127.0.0.1 and a free port by default");
  add_list("--mount", options.mounts,
           "type=bind|volume|tmpfs,source=...,target=...[,readonly][,tmpfs-size=64m][,tmpfs-mode=1777]");
  add_list("--file", options.files, "HOST:CONTAINER, a file that is copied in before the start");
  add_list(
      "--wait", options.waits,
      "When it is ready: log:TEXT, log*TIMES:TEXT, port:8080, http:8080/path, healthy, exec:COMMAND, exited; "
      "several must all be met, in order");
  verb.add_option("--ready-timeout", options.ready_timeout,
                  "Seconds that it may take to be ready, over all conditions; 60 by default")
      ->check(CLI::Range(kShortest, kLongest));
  verb.add_option("--pull", options.pull, "missing (default), always or never");
}

}  // namespace drydock::cli

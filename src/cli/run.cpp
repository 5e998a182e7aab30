#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"

#include "cli/child_command.h"
#include "cli/container_options.h"
#include "cli/engine.h"
#include "cli/exec_status.h"
#include "cli/verbs.h"
#include "cli/words.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  ContainerOptions container{};
  std::string command{};  // the container's
};

std::string variable_of(const char* stem, const Port& port) {
  std::string name = fmt::format("DRYDOCK_{}_{}", stem, port.container);
  if (port.protocol != Protocol::Tcp) {
    name += port.protocol == Protocol::Udp ? "_UDP" : "_SCTP";
  }
  return name;
}

std::map<std::string, std::string> addresses_of(const TestContainer& container) {
  std::map<std::string, std::string> variables{{"DRYDOCK_HOST", container.host()},
                                               {"DRYDOCK_CONTAINER", container.id()}};
  for (const Port& port : container.spec().ports) {
    variables[variable_of("PORT", port)] = std::to_string(container.host_port(port));
    variables[variable_of("ADDRESS", port)] = container.address(port);
  }
  return variables;
}

void report(const std::vector<std::string>& command, const TestContainer& container, int exit_code,
            std::chrono::steady_clock::duration took) {
  Json json;
  json.set("argv") = Json::strings(command);
  json.set("exit_code") = std::int64_t{exit_code};
  json.set("container") = container.id();
  json.set("image") = container.spec().image;
  json.set("variables") = Json::strings(addresses_of(container));
  json.set("wall_ms") = std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(took).count()};
  print_json(json);
}

int run(const Options& options, const std::vector<std::string>& command) {
  if (command.empty()) {
    throw InvalidArgumentError(
        "there is no command to run: write it after --, as in drydock run --image REF -- COMMAND");
  }
  const ContainerSpec spec =
      to_spec(options.container, options.command.empty() ? std::vector<std::string>{}
                                                         : split_words(options.command, "--command"));
  return with_exec_status([&] {
    const TestContainer container{spec, client_of(options.engine), SourceLocation{}};
    const auto begin = std::chrono::steady_clock::now();
    const int exit_code =
        run_child({.argv = command, .env = addresses_of(container), .stdout_to_stderr = options.engine.json});
    if (options.engine.json) {
      report(command, container, exit_code, std::chrono::steady_clock::now() - begin);
    }
    return exit_code;
  });
}

}  // namespace

void add_run(CLI::App& app, int& status, const std::vector<std::string>& command) {
  CLI::App* const verb = app.add_subcommand(
      "run",
      "Run a command with a container beside it, whose address it finds in DRYDOCK_HOST, DRYDOCK_PORT_<N> "
      "and "
      "DRYDOCK_ADDRESS_<N>; ends with the command's exit code, 125 when the container did not start");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  add_container_options(*verb, options->container);
  verb->add_option("--command", options->command,
                   "What the container runs, words as for a shell; the image's own by default");
  verb->footer("drydock run --image REF [OPTIONS] -- COMMAND...");
  verb->callback([options, &status, &command] { status = run(*options, command); });
}

}  // namespace drydock::cli

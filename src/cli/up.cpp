#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "cli/container_options.h"
#include "cli/engine.h"
#include "cli/verbs.h"
#include "container/service.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  ContainerOptions container{};
  std::string name{}, state{};
  long long keep_until{0};
};

void print_text(const ServiceState& state) {
  fmt::print("{} is up: {} ({}) of image {}\n", state.name, state.engine_name, short_id(state.container),
             state.image);
  for (const auto& [port, host_port] : state.ports) {
    fmt::print("  {} at {}:{}\n", port, state.host, host_port);
  }
}

int run(const Options& options, const std::vector<std::string>& command) {
  ServiceOrder order{
      .name = options.name, .spec = to_spec(options.container, command), .state = options.state};
  if (options.keep_until != 0) {
    order.keep_until = static_cast<pid_t>(options.keep_until);
  }
  const ServiceState state = bring_service_up(client_of(options.engine), order);
  if (options.engine.json) {
    fmt::print("{}\n", to_json_text(state));
  } else {
    print_text(state);
  }
  return kDone;
}

bool is_engine_optional() {
  const char* const chosen = std::getenv("DRYDOCK_ENGINE");
  return chosen != nullptr && std::string_view{chosen} == "optional";
}

// Where tests skip themselves for want of an engine, what they need must not fail.
int run_or_skip(const Options& options, const std::vector<std::string>& command) {
  try {
    return run(options, command);
  } catch (const EngineUnavailableError& error) {
    if (!is_engine_optional()) {
      throw;
    }
    fmt::print(stderr, "drydock: skipped, for DRYDOCK_ENGINE=optional: {}\n", error.what());
    return kSkipped;
  }
}

}  // namespace

void add_up(CLI::App& app, int& status, const std::vector<std::string>& command) {
  CLI::App* const verb = app.add_subcommand("up",
                                            "Start a container that stands until drydock down, the end of "
                                            "the ctest run, or of a process, and write what it "
                                            "is to a file");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_option("service", options->name, "The service's name, letters, digits, '-' and '_'")->required();
  verb->add_option("--state", options->state,
                   "The file to write; {session} in it stands for the run, so that two runs have a file each")
      ->required();
  add_container_options(*verb, options->container);
  constexpr long long kLastPid = 4'194'304;
  verb->add_option(
          "--keep-until", options->keep_until,
          "A process, by pid: the container is removed when that ends; by default the ctest above this, else "
          "none")
      ->check(CLI::Range(1LL, kLastPid));
  verb->footer("drydock up NAME --image REF --state FILE [OPTIONS] [-- COMMAND...]");
  verb->callback([options, &status, &command] { status = run_or_skip(*options, command); });
}

}  // namespace drydock::cli

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/engine.h"
#include "cli/verbs.h"
#include "container/service.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  std::string name{}, state{};
};

void print_text(const TakenDown& taken, const std::string& path) {
  if (!taken.state) {
    fmt::print("nothing to take down: there is no '{}'\n", path);
    return;
  }
  fmt::print("{} is down: {} ({}) {}\n", taken.state->name, taken.state->engine_name,
             short_id(taken.state->container), taken.was_there ? "is removed" : "was gone already");
}

Json to_json(const TakenDown& taken) {
  Json json;
  json.set("name") = taken.state ? taken.state->name : "";
  json.set("container") = taken.state ? taken.state->container : "";
  json.set("removed") = taken.was_there;
  return json;
}

int run(const Options& options) {
  std::optional<Client> client;
  if (!options.engine.host.empty()) {
    client.emplace(client_of(options.engine));
  }
  const TakenDown taken = take_service_down(client ? &*client : nullptr, options.name, options.state);
  if (options.engine.json) {
    print_json(to_json(taken));
  } else {
    print_text(taken, options.state);
  }
  return kDone;
}

}  // namespace

void add_down(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand(
      "down",
      "Remove the container that drydock up started, and its state file; does nothing without the file");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_option("service", options->name, "The service's name, to be sure that the file is of it");
  verb->add_option("--state", options->state, "The file that drydock up wrote")->required();
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

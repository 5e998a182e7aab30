#include "cli/engine.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include <fmt/format.h>

#include "docker/json.h"

namespace drydock::cli {

void add_engine_options(CLI::App& verb, EngineOptions& options) {
  verb.add_option("--host", options.host, "The engine: unix:///path or tcp://host:port");
  verb.add_flag("--json", options.json, "Print JSON");
}

Client client_of(const EngineOptions& options) {
  return options.host.empty() ? Client::from_environment() : Client{Endpoint::parse(options.host)};
}

void print_json(const Json& document) {
  fmt::print("{}\n", document.dump());
}

}  // namespace drydock::cli

// What the verbs that ask an engine have in common.
#pragma once

#include <string>

#include "drydock/docker/client.h"

namespace CLI {  // NOLINT(readability-identifier-naming): it is theirs
class App;
}

namespace drydock {
class Json;
}

namespace drydock::cli {

struct EngineOptions {
  std::string host{};
  bool json{false};
};

/// Adds --host and --json.
void add_engine_options(CLI::App& verb, EngineOptions& options);

/// Returns the client of the engine at --host, else of the one that is found.
[[nodiscard]] Client client_of(const EngineOptions& options);

/// Prints a document to stdout, with a line's end.
void print_json(const Json& document);

}  // namespace drydock::cli

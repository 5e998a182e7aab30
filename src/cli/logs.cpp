#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/engine.h"
#include "cli/verbs.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  std::string container{};
  LogOptions log{};
  bool follow{false};
};

Json to_json(const std::string& container, const Logs& logs) {
  Json json;
  json.set("container") = container;
  json.set("stdout") = logs.out;
  json.set("stderr") = logs.err;
  json.set("all") = logs.all;
  json.set("truncated") = logs.truncated;
  return json;
}

bool write_piece(LogStream stream, std::string_view piece) {
  std::FILE* const file = stream == LogStream::Stdout ? stdout : stderr;
  const bool is_written = std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
  return std::fflush(file) == 0 && is_written;  // a closed pipe ends the following
}

int run(const Options& options) {
  const Containers containers = client_of(options.engine).containers();
  if (options.follow) {
    bool is_written = true;
    containers.follow_logs(
        options.container,
        [&](LogStream stream, std::string_view piece) {
          is_written = write_piece(stream, piece);
          return is_written;
        },
        options.log);
    return is_written ? kDone : kFailed;
  }
  const Logs logs = containers.logs(options.container, options.log);
  if (options.engine.json) {
    print_json(to_json(options.container, logs));
  } else {
    write_piece(LogStream::Stdout, logs.out);
    write_piece(LogStream::Stderr, logs.err);
  }
  return kDone;
}

}  // namespace

void add_logs(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand("logs", "Print a container's log");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_option("container", options->container, "Name or id")->required();
  CLI::Option* const follow =
      verb->add_flag("--follow,-f", options->follow, "Go on until the container ends");
  verb->get_option("--json")->excludes(follow);
  verb->add_option("--tail", options->log.tail, "Only this many newest lines")->check(CLI::NonNegativeNumber);
  verb->add_flag("--timestamps,-t", options->log.timestamps, "Begin each line with its time");
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

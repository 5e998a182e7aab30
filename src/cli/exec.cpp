#include "drydock/container/exec.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "cli/engine.h"
#include "cli/exec_status.h"
#include "cli/verbs.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

constexpr double kShortest = 0.001;
constexpr double kLongest = 1e7;  // 115 days

struct Options {
  EngineOptions engine{};
  std::string container{};
  std::vector<std::string> command{};
  std::vector<std::string> env{};
  ExecOptions exec{};
  double timeout{3600};
  bool interactive{false};
};

Json to_json(const ExecResult& result) {
  Json json;
  json.set("argv") = Json::strings(result.argv);
  json.set("exit_code") = std::int64_t{result.exit_code};
  json.set("stdout") = result.out;
  json.set("stderr") = result.err;
  json.set("wall_ms") = std::int64_t{result.wall_time.count() / 1'000'000};
  json.set("truncated") = result.truncated;
  json.set("note") = result.note;
  return json;
}

OutputSink write_to(std::FILE* file) {
  return [file](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), file) == piece.size() && std::fflush(file) == 0;
  };
}

ExecOptions exec_options(const Options& options) {
  ExecOptions exec = options.exec;
  exec.timeout = std::chrono::milliseconds{static_cast<std::int64_t>(options.timeout * 1000)};
  for (const std::string& pair : options.env) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw InvalidArgumentError(fmt::format("--env is '{}'; it must be NAME=VALUE", pair));
    }
    exec.env[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  if (options.interactive) {
    exec.input_source = [](std::span<char> buffer) {
      const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      return static_cast<std::size_t>(size > 0 ? size : 0);
    };
  }
  if (!options.engine.json) {
    exec.on_stdout = write_to(stdout);
    exec.on_stderr = write_to(stderr);
  }
  return exec;
}

// All that follows the container is the command: a separator at its front is only for the eye.
std::vector<std::string> command_of(const Options& options, const std::vector<std::string>& trailing) {
  std::vector<std::string> command = options.command;
  if (!command.empty() && !trailing.empty()) {
    command.emplace_back("--");
  }
  command.insert(command.end(), trailing.begin(), trailing.end());
  if (command.empty()) {
    throw InvalidArgumentError(
        "there is no command to run: write it after --, as in drydock exec CONTAINER -- COMMAND");
  }
  return command;
}

int run(const Options& options, const std::vector<std::string>& trailing) {
  const ExecOptions exec = exec_options(options);
  const std::vector<std::string> command = command_of(options, trailing);
  return with_exec_status([&] {
    const ExecResult result = run_exec(client_of(options.engine), options.container, command, exec);
    if (options.engine.json) {
      print_json(to_json(result));
    }
    if (result.cancelled) {
      fmt::print(stderr, "drydock: the output could not be written; {}\n", result.note);
    }
    return result.cancelled || result.exit_code < 0 ? kExecFailed : result.exit_code;
  });
}

}  // namespace

void add_exec(CLI::App& app, int& status, const std::vector<std::string>& command) {
  CLI::App* const verb =
      app.add_subcommand("exec",
                         "Run a command in a container; ends with the command's exit code, 125 when it "
                         "could not be run");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_option("container", options->container, "Name or id")->required();
  verb->add_option("command", options->command, "The command and its arguments, after --");
  verb->add_option("--env,-e", options->env, "NAME=VALUE, any number of times")->allow_extra_args(false);
  verb->add_option("--user,-u", options->exec.user, "Name, uid, or uid:gid");
  verb->add_option("--workdir,-w", options->exec.working_dir, "Absolute path in the container");
  verb->add_flag("--tty,-t", options->exec.tty, "With a terminal");
  verb->add_flag("--interactive,-i", options->interactive, "Pass stdin on");
  verb->add_option("--timeout", options->timeout, "Seconds after which the command is ended; 3600 by default")
      ->check(CLI::Range(kShortest, kLongest));
  verb->positionals_at_end();
  verb->callback([options, &status, &command] { status = run(*options, command); });
}

}  // namespace drydock::cli

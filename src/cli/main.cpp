// The program `drydock`: a look at what tests have at the engine, and the watchdog.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "cli/trailing_command.h"
#include "cli/verbs.h"
#include "container/tool.h"

namespace {

using drydock::ErrorCode;

constexpr std::size_t kLongestShown = 80;

int status_of(const drydock::Error& error) {
  switch (error.code()) {
    case ErrorCode::InvalidArgument:
      return drydock::cli::kBadUsage;
    case ErrorCode::EngineUnavailable:
    case ErrorCode::Connection:
      return drydock::cli::kNoEngine;
    default:
      return drydock::cli::kFailed;
  }
}

// What is opened next would take the number of a closed stream, and with it the output.
void open_closed_streams() {
  for (int fd = ::open("/dev/null", O_RDWR); fd >= 0 && fd <= STDERR_FILENO;
       fd = ::open("/dev/null", O_RDWR)) {
  }
}

// The words after "--" of the verbs that take a command, which are not for the parser; the others stay.
std::vector<std::string> take_command(std::vector<std::string>& arguments) {
  constexpr std::array<std::string_view, 3> kTakers{"exec", "run", "up"};
  const bool takes_one =
      !arguments.empty() && std::find(kTakers.begin(), kTakers.end(), arguments.front()) != kTakers.end();
  return takes_one ? drydock::cli::take_trailing_command(arguments) : std::vector<std::string>{};
}

// Returns whether the first word is a verb, or an option; says so when it is neither.
bool is_verb(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> verbs;
  for (const CLI::App* const verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    verbs.push_back(verb->get_name());
  }
  if (arguments.empty() || arguments.front().starts_with('-') ||
      std::find(verbs.begin(), verbs.end(), arguments.front()) != verbs.end()) {
    return true;
  }
  fmt::print(stderr, "drydock: '{}' is no verb; the verbs are {}, and drydock --help says what they do\n",
             drydock::text::printable(arguments.front(), kLongestShown), fmt::join(verbs, ", "));
  return false;
}

// What could not be written, to a full disk or a closed pipe, must not pass for success.
int with_output_written(int status) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "drydock: the output could not be written\n");
    return status == drydock::cli::kDone ? drydock::cli::kFailed : status;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  open_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a pipe whose reader has gone is an error of the write, which is looked at
  drydock::this_program_is_the_tool();
  CLI::App app{"Looks after the containers of tests that use Drydock"};
  app.name("drydock");
  app.set_version_flag("--version", DRYDOCK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done; 1 something is wrong, or could not be done; 2 bad usage; 3 no engine answers; 4 "
      "the same\n"
      "of up where DRYDOCK_ENGINE=optional.\n"
      "The engine is found like in tests: DOCKER_HOST, else the usual sockets; or --host of each verb.");
  int status = drydock::cli::kDone;
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::vector<std::string> command = take_command(arguments);
  drydock::cli::add_ps(app, status);
  drydock::cli::add_logs(app, status);
  drydock::cli::add_exec(app, status, command);
  drydock::cli::add_sweep(app, status);
  drydock::cli::add_pull(app, status);
  drydock::cli::add_doctor(app, status);
  drydock::cli::add_up(app, status, command);
  drydock::cli::add_down(app, status);
  drydock::cli::add_run(app, status, command);
  drydock::cli::add_watch(app, status);
  if (!is_verb(app, arguments)) {
    return drydock::cli::kBadUsage;
  }
  try {
    std::reverse(arguments.begin(), arguments.end());  // the parser takes them from the back
    app.parse(std::move(arguments));
    return with_output_written(status);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? drydock::cli::kDone : drydock::cli::kBadUsage;
  } catch (const drydock::Error& error) {
    fmt::print(stderr, "drydock: {}\n", error.what());
    return status_of(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "drydock: {}\n", error.what());
    return drydock::cli::kFailed;
  }
}

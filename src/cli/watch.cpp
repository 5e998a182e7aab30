#include "container/watch.h"

#include <CLI/CLI.hpp>
#include <memory>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "cli/verbs.h"
#include "container/detach.h"

namespace drydock::cli {
namespace {

struct Options {
  std::string owner{}, endpoint{}, runner{}, only_one{};
};

Owner parse_owner(const std::string& text, const char* option) {
  if (std::optional<Owner> owner = Owner::parse(text)) {
    return *std::move(owner);
  }
  throw InvalidArgumentError(fmt::format("{} is '{}'; it must be host:boot:pid namespace:pid:start time",
                                         option, text::printable(text)));
}

int run(const Options& options) {
  WatchOrder order{.owner = parse_owner(options.owner, "--owner"),
                   .endpoint = Endpoint::parse(options.endpoint)};
  if (!options.runner.empty()) {
    order.runner = parse_owner(options.runner, "--runner");
  }
  order.only_one = options.only_one;
  detach();
  return watch(order);
}

}  // namespace

void add_watch(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand(
      "watch",
      "Watch a process, and remove what it left when it has ended. Test programs start this themselves");
  const auto options = std::make_shared<Options>();
  verb->add_option("--owner", options->owner, "The process, as the label drydock.owner names it")->required();
  verb->add_option("--endpoint", options->endpoint, "The engine: unix:///path or tcp://host:port")
      ->required();
  verb->add_option("--runner", options->runner,
                   "The ctest that the process runs under, named like the owner");
  verb->add_option("--only-one", options->only_one,
                   "A file to lock, by its full path: where another watchdog has the lock, this one ends");
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

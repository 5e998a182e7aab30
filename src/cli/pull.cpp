#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "cli/engine.h"
#include "cli/image_sources.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "container/preflight.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  std::vector<std::string> images{}, lists{}, programs{};
  std::string lock{};
  PreflightOptions preflight{};
};

ImageLock lock_of(const Options& options) {
  if (options.lock.empty()) {
    return {};
  }
  const bool is_new = options.preflight.update && !std::filesystem::exists(options.lock);
  return is_new ? ImageLock{} : ImageLock::read(options.lock);
}

// Where nothing else is named, all that the lock file pins.
std::vector<std::string> images_of(const Options& options, const ImageLock& lock) {
  std::vector<std::string> images = options.images;
  const auto add = [&images](const std::vector<std::string>& more) {
    images.insert(images.end(), more.begin(), more.end());
  };
  for (const std::string& list : options.lists) {
    add(images_in_file(list));
  }
  for (const std::string& program : options.programs) {
    add(images_of_program(program));
  }
  const bool is_named = !options.images.empty() || !options.lists.empty() || !options.programs.empty();
  return is_named ? images : lock.images();
}

void write_lock(const Options& options, ImageLock lock, const std::vector<ImageOutcome>& outcomes) {
  for (const ImageOutcome& outcome : outcomes) {
    if (outcome.status != ImageStatus::Failed && outcome.image.find('@') == std::string::npos) {
      lock.pin(outcome.image, outcome.digest);
    }
  }
  lock.write(options.lock);
}

std::size_t failures_in(const std::vector<ImageOutcome>& outcomes) {
  std::size_t failed = 0;
  for (const ImageOutcome& outcome : outcomes) {
    failed += outcome.status == ImageStatus::Failed ? 1U : 0U;
  }
  return failed;
}

Json to_json(const std::vector<ImageOutcome>& outcomes) {
  Json::Array images;
  for (const ImageOutcome& outcome : outcomes) {
    Json json;
    json.set("image") = outcome.image;
    json.set("used") = outcome.used;
    json.set("status") = to_string(outcome.status);
    json.set("digest") = outcome.digest;
    json.set("problem") = outcome.problem;
    images.push_back(json);
  }
  Json report;
  report.set("images") = images;
  report.set("failed") = std::int64_t(failures_in(outcomes));
  return report;
}

void print_text(const std::vector<ImageOutcome>& outcomes) {
  std::vector<std::vector<std::string>> cells{{"IMAGE", "STATUS", "DIGEST", "TAKEN AS"}};
  for (const ImageOutcome& outcome : outcomes) {
    cells.push_back({outcome.image, to_string(outcome.status), outcome.digest,
                     outcome.used == outcome.image ? "" : outcome.used});
  }
  fmt::print("{}", table(cells));
  for (const ImageOutcome& outcome : outcomes) {
    if (!outcome.problem.empty()) {
      fmt::print("{}: {}\n", outcome.image, outcome.problem);
    }
  }
  fmt::print("{} images, {} failed\n", outcomes.size(), failures_in(outcomes));
}

void require_sense(const Options& options) {
  if (options.preflight.update && options.lock.empty()) {
    throw InvalidArgumentError("--update writes a lock file; name it by --lock");
  }
  const bool is_named = !options.images.empty() || !options.lists.empty() || !options.programs.empty();
  if (!is_named && options.lock.empty()) {
    throw InvalidArgumentError("nothing to pull: name images, --from FILE, --program PROGRAM or --lock FILE");
  }
}

int run(Options options) {
  require_sense(options);
  const ImageLock lock = lock_of(options);
  const std::vector<std::string> images = images_of(options, lock);
  options.preflight.on_progress = [](const std::string& image, const std::string& line) {
    fmt::print(stderr, "{}: {}\n", image, line);
    std::fflush(stderr);
  };
  const std::vector<ImageOutcome> outcomes =
      pull_ahead(client_of(options.engine), images, lock, options.preflight);
  if (options.preflight.update) {
    write_lock(options, lock, outcomes);
  }
  if (options.engine.json) {
    print_json(to_json(outcomes));
  } else {
    print_text(outcomes);
  }
  return failures_in(outcomes) == 0 ? kDone : kFailed;
}

}  // namespace

void add_pull(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand(
      "pull", "Pull images before the tests run, side by side, in the versions that a lock file pins");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_option("IMAGE", options->images, "References of images");
  verb->add_option("--from", options->lists, "A file with an image a line; '-' is stdin")
      ->allow_extra_args(false);
  verb->add_option("--program", options->programs, "A test program: the images that it declares")
      ->allow_extra_args(false);
  verb->add_option("--lock", options->lock,
                   "The lock file: what it pins is pulled by digest and tagged. Alone: all that it pins");
  verb->add_flag("--update", options->preflight.update,
                 "Ask the registries for the newest, and write their digests to the lock file");
  verb->add_flag("--require-digests", options->preflight.require_digests,
                 "Fail for an image that neither the lock file nor a digest of its own pins");
  verb->add_option("--jobs,-j", options->preflight.jobs, "Pulls at a time")
      ->check(CLI::Range(std::size_t{1}, std::size_t{64}))
      ->capture_default_str();
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

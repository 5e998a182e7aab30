#include "drydock/container/sweep.h"

#include <CLI/CLI.hpp>
#include <memory>

#include <fmt/format.h>

#include "cli/engine.h"
#include "cli/verbs.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  SweepOptions sweep{};
};

Json to_json(const SweptObject& object) {
  Json json;
  json.set("kind") = object.kind;
  json.set("id") = object.id;
  json.set("name") = object.name;
  json.set("session") = object.session;
  json.set("test") = object.test;
  json.set("owner") = object.owner;
  json.set("reason") = object.reason;
  json.set("removed") = object.removed;
  json.set("problem") = object.problem;
  return json;
}

Json to_json(const SweepReport& report) {
  Json json;
  Json::Array objects;
  for (const SweptObject& object : report.objects) {
    objects.push_back(to_json(object));
  }
  json.set("objects") = objects;
  json.set("alive") = std::int64_t(report.alive);
  json.set("kept") = std::int64_t(report.kept);
  json.set("failed") = std::int64_t(report.failed());
  return json;
}

std::string outcome(const SweptObject& object, bool dry_run) {
  if (!object.problem.empty()) {
    return "could not remove";
  }
  if (dry_run) {
    return "would remove";
  }
  return object.removed ? "removed" : "was gone already:";
}

void print_text(const SweepReport& report, bool dry_run) {
  for (const SweptObject& object : report.objects) {
    fmt::print("{} {} {} {} (owner {}{}{}){}\n", outcome(object, dry_run), object.kind, short_id(object.id),
               object.name == object.id ? "" : object.name, object.reason,
               object.test.empty() ? "" : ", test ", object.test,
               object.problem.empty() ? "" : ": " + object.problem);
  }
  fmt::print("{} {}; {} in use, {} kept for a look, {} could not be removed\n", report.objects.size(),
             dry_run ? "to remove" : "left behind", report.alive, report.kept, report.failed());
}

int run(const Options& options) {
  const SweepReport report = sweep(client_of(options.engine), options.sweep);
  if (options.engine.json) {
    print_json(to_json(report));
  } else {
    print_text(report, options.sweep.dry_run);
  }
  return report.failed() == 0 ? kDone : kFailed;
}

}  // namespace

void add_sweep(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand(
      "sweep",
      "Remove what test programs that live no more left at the engine; never what a live one may use");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_flag("--dry-run,-n", options->sweep.dry_run, "Only say what would be removed");
  verb->add_flag("--kept", options->sweep.kept, "What was left for a look, too");
  verb->add_option("--session", options->sweep.session, "Only this session's")
      ->check([](const std::string& id) {
        return id.empty() ? std::string{"is empty: everything would match; name a session or leave it out"}
                          : std::string{};
      });
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/engine.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "container/inventory.h"
#include "container/keep.h"
#include "container/labels.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

struct Options {
  EngineOptions engine{};
  std::string session{};
  bool kept{false};
};

long long number_of(const std::string& text) {
  long long number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The owner's state, for a kept object too.
const char* owner_state(const InventoryItem& item) {
  const std::optional<Owner> owner = Owner::parse(value_of(item.object.labels, label::kOwner));
  switch (owner ? liveness(*owner) : Liveness::Unknown) {
    case Liveness::Alive:
      return "alive";
    case Liveness::Dead:
      return "dead";
    case Liveness::Unknown:
      break;
  }
  return item.verdict == Verdict::Expired ? "expired" : "elsewhere";
}

struct Row {
  InventoryItem item{};
  std::string session{};
  long long made_at{0};                   // seconds since the epoch
  std::optional<long long> kept_since{};  // of what is kept
};

Row describe(InventoryItem item) {
  const Labels& labels = item.object.labels;
  Row row{.session = value_of(labels, label::kSession),
          .made_at = number_of(value_of(labels, label::kCreated))};
  if (item.verdict == Verdict::Kept) {
    row.kept_since = kept_since(item.object.name).value_or(row.made_at);
  }
  row.item = std::move(item);
  return row;
}

std::vector<Row> look(const Options& options) {
  const std::string filter =
      options.session.empty() ? label::kOwner : std::string{label::kSession} + "=" + options.session;
  std::vector<Row> rows;
  for (InventoryItem& item : take_inventory(client_of(options.engine), filter, true, {})) {
    if (!options.kept || item.verdict == Verdict::Kept) {
      rows.push_back(describe(std::move(item)));
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.session < b.session; });
  return rows;
}

Json to_json(const Row& row) {
  const EngineObject& object = row.item.object;
  Json json;
  json.set("kind") = to_string(object.kind);
  json.set("id") = object.id;
  json.set("name") = object.name;
  json.set("image") = object.image;
  json.set("status") = object.status;
  json.set("session") = row.session;
  json.set("owner") = value_of(object.labels, label::kOwner);
  json.set("owner_state") = owner_state(row.item);
  json.set("verdict") = to_string(row.item.verdict);
  json.set("test") = value_of(object.labels, label::kTest);
  json.set("created") = std::int64_t{row.made_at};
  if (row.kept_since) {
    json.set("kept_since") = std::int64_t{*row.kept_since};
  }
  return json;
}

void print_table(const std::vector<Row>& rows) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  std::vector<std::vector<std::string>> cells{
      {"SESSION", "KIND", "ID", "NAME", "IMAGE", "STATUS", "OWNER", "AGE", "KEPT FOR", "TEST"}};
  for (const Row& row : rows) {
    const EngineObject& object = row.item.object;
    cells.push_back({row.session, to_string(object.kind),
                     object.kind == ObjectKind::Volume ? "" : short_id(object.id), object.name, object.image,
                     object.status, owner_state(row.item), age(now - row.made_at),
                     row.kept_since ? age(now - *row.kept_since) : "",
                     text::printable(value_of(object.labels, label::kTest))});
  }
  fmt::print("{}", table(cells));
}

int run(const Options& options) {
  const std::vector<Row> rows = look(options);
  if (!options.engine.json) {
    print_table(rows);
    return kDone;
  }
  Json::Array list;
  for (const Row& row : rows) {
    list.push_back(to_json(row));
  }
  print_json(list);
  return kDone;
}

}  // namespace

void add_ps(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand(
      "ps", "List what tests have at the engine: containers, networks, volumes and images, by session");
  const auto options = std::make_shared<Options>();
  add_engine_options(*verb, options->engine);
  verb->add_option("--session", options->session, "Only this session's");
  verb->add_flag("--kept", options->kept, "Only what was left for a look");
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

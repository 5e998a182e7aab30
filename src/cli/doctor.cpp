#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/sweep.h"
#include "drydock/transport/discovery.h"

#include "base/rfc3339.h"
#include "base/text.h"
#include "cli/engine.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "container/container_slot.h"
#include "container/image_rules.h"
#include "container/run.h"
#include "container/session.h"
#include "container/tool.h"
#include "container/watch_log.h"
#include "docker/json.h"

namespace drydock::cli {
namespace {

constexpr std::size_t kLongestShown = 80;

enum class Grade { Ok, Warning, Failure };

struct Finding {
  std::string subject{};
  Grade grade{Grade::Ok};
  std::string text{};
};

using Findings = std::vector<Finding>;

const char* to_string(Grade grade) {
  switch (grade) {
    case Grade::Ok:
      return "ok";
    case Grade::Warning:
      return "warning";
    case Grade::Failure:
      return "failure";
  }
  return "";
}

// Adds what `look` finds; what it throws is a failure of the subject.
template <typename Look>
void examine(Findings& findings, const std::string& subject, const Look& look) {
  try {
    Finding finding = look();
    finding.subject = subject;
    findings.push_back(std::move(finding));
  } catch (const std::exception& error) {
    findings.push_back({subject, Grade::Failure, error.what()});
  }
}

Finding engine_version(const Client& client) {
  const EngineVersion version = client.system().version();
  return {.text = fmt::format("{} {} at {}; API {} of up to {}; {}/{}, kernel {}",
                              version.platform.empty() ? "engine" : version.platform, version.version,
                              client.endpoint().to_string(), client.api_version(), version.api_version,
                              version.os, version.arch, version.kernel)};
}

// Evidence shows log lines from a test's start on, and ages are told by the clock here.
Finding clock_skew(const Client& client) {
  const EngineInfo info = client.system().info();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string time = parse_json(info.json, "the engine's info")["SystemTime"].string();
  const std::optional<std::chrono::nanoseconds> theirs = parse_rfc3339(time);
  if (!theirs) {
    return {.grade = Grade::Warning, .text = "the engine does not tell its time"};
  }
  const double seconds = std::chrono::duration<double>(*theirs - now).count();
  constexpr double kTolerated = 2;
  if (seconds > kTolerated || seconds < -kTolerated) {
    return {
        .grade = Grade::Warning,
        .text = fmt::format("the engine's clock is {:.1f} s {} this machine's: a failing test may show log "
                            "lines of others, or none; set both by NTP",
                            seconds < 0 ? -seconds : seconds, seconds < 0 ? "behind" : "before")};
  }
  return {.text = fmt::format("{:+.3f} s", seconds)};
}

Finding watchdog_tool() {
  const ToolSearch tool = find_tool(true);
  if (tool.path.empty()) {
    return {.grade = Grade::Failure,
            .text = "the program 'drydock' is not found: set DRYDOCK_TOOL to its path"};
  }
  std::error_code ignored;
  if (std::filesystem::exists("/.dockerenv", ignored) ||
      std::filesystem::exists("/run/.containerenv", ignored)) {
    return {.grade = Grade::Warning,
            .text = fmt::format(
                "{}; but this is inside a container: when that is removed, the watchdog goes with "
                "it, and what tests left stays until it is older than DRYDOCK_TTL",
                tool.path)};
  }
  return {.text = tool.path};
}

// A variable that is one of a few words. Another one is passed over in silence, or fails each test.
struct Choice {
  const char* name;
  std::vector<std::string_view> words;
  Grade otherwise;
};

const std::array<Choice, 3>& choices() {
  static const std::array<Choice, 3> all{
      Choice{"DRYDOCK_ENGINE", {"required", "optional"}, Grade::Failure},
      Choice{"DRYDOCK_LOG", {"debug", "info", "warn", "error", "off"}, Grade::Warning},
      Choice{"DRYDOCK_WATCHDOG", {"off"}, Grade::Warning}};
  return all;
}

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// Of one that is set.
Finding examine_choice(const Choice& choice) {
  const char* const value = std::getenv(choice.name);
  if (std::find(choice.words.begin(), choice.words.end(), value) != choice.words.end()) {
    return {.text = value};
  }
  return {.grade = choice.otherwise,
          .text = fmt::format("{} is '{}', which {}; set it to {}, or unset it", choice.name,
                              text::printable(value, kLongestShown),
                              choice.otherwise == Grade::Failure ? "tests refuse" : "is not heeded",
                              fmt::join(choice.words, ", "))};
}

Finding environment() {
  const NewObject sample = new_object();  // throws for a variable that is not right
  const std::size_t bound = most_containers();
  (void)current_run();
  return {.text = fmt::format("session {}, time to live {} s{}{}", sample.labels.at(label::kSession),
                              sample.labels.at(label::kTtl), sample.kept ? ", everything is kept" : "",
                              bound == 0 ? "" : fmt::format(", at most {} containers", bound))};
}

Finding images() {
  const std::string rules = describe_image_rules();  // throws for a variable that is not right
  return {.text = rules.empty() ? "taken as they are named" : rules};
}

Finding leftovers(const Client& client) {
  const SweepReport report = sweep(client, {.dry_run = true});
  if (report.objects.empty()) {
    return {.text = fmt::format("none; {} in use, {} kept for a look", report.alive, report.kept)};
  }
  return {
      .grade = Grade::Warning,
      .text = fmt::format("{} left behind: see drydock ps, remove by drydock sweep", report.objects.size())};
}

Findings examine_all(const Client& client) {
  Findings findings;
  examine(findings, "engine", [&] { return engine_version(client); });
  examine(findings, "clock", [&] { return clock_skew(client); });
  examine(findings, "watchdog", watchdog_tool);
  examine(findings, "state", [] { return Finding{.text = state_directory()}; });
  examine(findings, "environment", environment);
  for (const Choice& one : choices()) {
    if (is_set(one.name)) {
      examine(findings, one.name, [&] { return examine_choice(one); });
    }
  }
  examine(findings, "images", images);
  examine(findings, "leftovers", [&] { return leftovers(client); });
  return findings;
}

Json to_json(const Discovery& discovery) {
  Json::Array list;
  for (const Candidate& candidate : discovery.candidates) {
    Json json;
    json.set("source") = candidate.source;
    json.set("address") = candidate.address;
    json.set("verdict") = candidate.verdict;
    json.set("usable") = candidate.usable;
    list.push_back(json);
  }
  return list;
}

Json to_json(const Findings& findings) {
  Json::Array list;
  for (const Finding& finding : findings) {
    Json json;
    json.set("subject") = finding.subject;
    json.set("grade") = to_string(finding.grade);
    json.set("text") = finding.text;
    list.push_back(json);
  }
  return list;
}

void print_text(const Discovery& discovery, const Findings& findings) {
  fmt::print("{}", discovery.table());
  std::vector<std::vector<std::string>> cells{{"SUBJECT", "GRADE", ""}};
  for (const Finding& finding : findings) {
    cells.push_back({finding.subject, to_string(finding.grade), finding.text});
  }
  fmt::print("\n{}", table(cells));
}

int status_of(const Findings& findings) {
  for (const Finding& finding : findings) {
    if (finding.grade == Grade::Failure) {
      return kFailed;
    }
  }
  return kDone;
}

int run(const EngineOptions& options) {
  Discovery discovery;
  if (options.host.empty()) {
    discovery = discover_engine();
  } else {
    discovery.endpoint = Endpoint::parse(options.host);
  }
  const Findings findings = discovery.endpoint ? examine_all(Client{*discovery.endpoint}) : Findings{};
  if (options.json) {
    Json json;
    json.set("endpoints") = to_json(discovery);
    json.set("findings") = to_json(findings);
    print_json(json);
  } else {
    print_text(discovery, findings);
  }
  return discovery.endpoint ? status_of(findings) : kNoEngine;
}

}  // namespace

void add_doctor(CLI::App& app, int& status) {
  CLI::App* const verb = app.add_subcommand(
      "doctor",
      "Say which engine is used and why, and what would go wrong; ends with 1 when something would");
  const auto options = std::make_shared<EngineOptions>();
  add_engine_options(*verb, *options);
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace drydock::cli

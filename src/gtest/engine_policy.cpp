#include "drydock/gtest/engine_policy.h"

#include <cstdlib>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

#include "drydock/base/error.h"
#include "drydock/transport/discovery.h"

#include "base/text.h"
#include "gtest/failure.h"
#include "gtest/listener_installed.h"
#include "gtest/skips.h"

namespace drydock {
namespace {

const ListenerInstalled installed;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Returns the table of what was tried when there is no engine; looks once for each value of DOCKER_HOST.
std::optional<std::string> missing_engine() {
  static std::mutex mutex;
  static std::map<std::string, std::optional<std::string>> known;

  const std::string host = variable("DOCKER_HOST");
  const std::lock_guard lock{mutex};
  auto found = known.find(host);
  if (found == known.end()) {
    const Discovery discovery = discover_engine();
    const auto missing = discovery.endpoint ? std::nullopt : std::optional{discovery.table()};
    found = known.emplace(host, missing).first;
  }
  return found->second;
}

EngineCheck apply_requirement(const std::string& table) {
  if (engine_requirement() == EngineRequirement::Optional) {
    note_skip();
    return {EngineCheck::Verdict::Skip, "no container engine answers, and DRYDOCK_ENGINE=optional; tried:\n" +
                                            table.substr(0, table.find_last_not_of('\n') + 1)};
  }
  return {EngineCheck::Verdict::Fail, "no container engine answers; tried:\n" + table +
                                          "start one, or name one in DOCKER_HOST; DRYDOCK_ENGINE=optional "
                                          "skips such tests instead"};
}

}  // namespace

EngineRequirement engine_requirement() {
  const std::string value = variable("DRYDOCK_ENGINE");
  if (value.empty() || value == "required") {
    return EngineRequirement::Required;
  }
  if (value == "optional") {
    return EngineRequirement::Optional;
  }
  throw InvalidArgumentError("DRYDOCK_ENGINE is '" + text::printable(value) +
                             "'; set it to 'required' or 'optional', or unset it");
}

EngineCheck check_engine() {
  try {
    if (const std::optional<std::string> table = missing_engine()) {
      return apply_requirement(*table);
    }
    return {};
  } catch (const std::exception& error) {
    return {EngineCheck::Verdict::Fail, error.what()};
  }
}

void apply_engine_check(const EngineCheck& check) {
  switch (check.verdict) {
    case EngineCheck::Verdict::Run:
      return;
    case EngineCheck::Verdict::Fail:
      return fail_current_test(check.message);
    case EngineCheck::Verdict::Skip:
      note_skip();
      return skip_current_test(check.message);
  }
}

}  // namespace drydock

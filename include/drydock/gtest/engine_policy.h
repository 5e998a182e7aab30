// What a test does when no engine answers: it fails and says where an engine was looked for. Only where the
// environment says DRYDOCK_ENGINE=optional it is skipped instead. Thread-safe.
#pragma once

#include <string>

#include <gtest/gtest.h>

namespace drydock {

enum class EngineRequirement {
  Required,  ///< a missing engine is a failure; the default, for a skipped test looks like a passed one
  Optional,  ///< a missing engine skips the test; a run that skipped says so at its end
};

/// Reads DRYDOCK_ENGINE: "required" (or unset, or empty) or "optional". Throws InvalidArgumentError for
/// anything else.
[[nodiscard]] EngineRequirement engine_requirement();

/// What a test is to do about the engine.
struct EngineCheck {
  enum class Verdict { Run, Fail, Skip };

  Verdict verdict{Verdict::Run};
  std::string message{};  ///< why not, with a line for each endpoint that was tried; empty for Run
};

/// Looks for an engine and applies the requirement. The first answer for a value of DOCKER_HOST is kept for
/// the life of the process. Sends nothing; blocks at most 2 s a candidate. Never throws: a bad DRYDOCK_ENGINE
/// is the verdict Fail.
[[nodiscard]] EngineCheck check_engine();

/// Fails or skips the test that is running, as `check` has it. For fixtures' constructors, where the macros
/// of GoogleTest cannot be used: after it neither SetUp() nor the body runs.
void apply_engine_check(const EngineCheck& check);

}  // namespace drydock

/// Ends a plain TEST (or any function that returns void) when there is no engine: with a fatal failure, or a
/// skip where DRYDOCK_ENGINE=optional. The fixtures of Drydock do this by themselves.
///
///     TEST(Cache, Answers) {
///       DRYDOCK_REQUIRE_ENGINE();
///       drydock::TestContainer redis({.image = "redis:7"});
#define DRYDOCK_REQUIRE_ENGINE()                                                        \
  do {                                                                                  \
    const ::drydock::EngineCheck drydock_engine_check = ::drydock::check_engine();      \
    if (drydock_engine_check.verdict == ::drydock::EngineCheck::Verdict::Skip) {        \
      GTEST_SKIP() << drydock_engine_check.message;                                     \
    } else if (drydock_engine_check.verdict == ::drydock::EngineCheck::Verdict::Fail) { \
      GTEST_FAIL() << drydock_engine_check.message;                                     \
    }                                                                                   \
  } while (false)

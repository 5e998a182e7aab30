// The bridge between a test framework and the guards: what test is running, and what to show when it fails.
// The GoogleTest layer uses it; a layer for another framework can. Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "drydock/container/evidence.h"

namespace drydock {

struct TestContext {
  /// "Suite.Name"; becomes the label drydock.test of what is made from now on, but by a pool's threads, and
  /// of what is made ahead for another test of the suite.
  std::string test{};
  std::chrono::system_clock::time_point started{};  ///< evidence shows log lines from here on
  std::string log_directory{};  ///< where full logs are saved; empty: DRYDOCK_LOG_DIR, else "drydock-logs" in
                                ///< the working directory
};

/// Sets or clears the test that is running. While one is set, a guard that dies by an exception keeps its
/// evidence for failure_evidence() before it removes its container.
void set_test_context(std::optional<TestContext> context);
[[nodiscard]] std::optional<TestContext> test_context();

/// Reads the evidence of every container that a guard of this process holds, saves each full log (mode 0600)
/// and adds what guards kept that died by an exception, a ContainerStartError's evidence too. Each
/// container's evidence is returned once per test. Never throws; what could not be read is said in
/// Evidence::problem. Blocks at most 10 s a container.
[[nodiscard]] std::vector<Evidence> failure_evidence();

}  // namespace drydock

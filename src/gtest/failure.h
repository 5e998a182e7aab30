// Failing or skipping the test that is running from library code, at the test's own place in its source.
#pragma once

#include <string>

namespace drydock {

/// Adds a fatal failure at the running test's TEST line; at an unknown place when no test is running. Must
/// not be called while GoogleTest reports a result.
void fail_current_test(const std::string& message);

/// Skips the test that is running, likewise.
void skip_current_test(const std::string& message);

}  // namespace drydock

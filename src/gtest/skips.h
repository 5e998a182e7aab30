// What is known of tests that are skipped for want of an engine, between the fixtures, which decide, and the
// listener, which acts at a test's start and reports at the program's end. Thread-safe.
#pragma once

#include <optional>
#include <string>

namespace drydock {

/// Notes that the test that is running is skipped for want of an engine.
void note_skip();
/// Returns whether that was noted since the last call.
bool take_skip();

/// Makes every test that starts from now on be skipped, with `reason`: for environments, which must not skip.
void skip_all_tests(std::string reason);
void skip_no_more_tests();
[[nodiscard]] std::optional<std::string> reason_to_skip();

}  // namespace drydock

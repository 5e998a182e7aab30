// What guards leave for failure_evidence() when they die by an exception before anyone could ask.
// Thread-safe.
#pragma once

#include <cstdint>

#include "drydock/container/evidence.h"

namespace drydock {

/// Keeps `evidence` until failure_evidence() hands it out or the next test begins.
void keep_evidence(Evidence evidence);

/// Returns a number that is another one for each test, 0 before the first: each container's evidence is shown
/// once per test.
[[nodiscard]] std::uint64_t test_generation();

}  // namespace drydock

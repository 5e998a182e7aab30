// Borrows a service's container: one that `drydock up` started, as the CTest fixture of drydock_add_service()
// does, and `drydock down` removes. docs/ctest.md shows the whole.
//
//   TEST(Orders, AreStored) {
//     const TestContainer pg = attach("pg");
//     connect(pg.address(5432));
//   }
#pragma once

#include <string>

#include "drydock/base/source_location.h"
#include "drydock/container/test_container.h"

namespace drydock {

/// Returns a guard that borrows the service's container: its end never removes it. exec(), address(), logs()
/// and the like work; what would disturb others (stop, reset, ...) throws InvalidArgumentError. Its spec()
/// knows image, environment and ports. A failing test shows the container's evidence.
///
/// The service's state file is named by the variable DRYDOCK_SERVICE_<NAME>, the name in upper case and with
/// '_' for '-';
/// "{session}" in it stands for the run. drydock_discover_tests(... SERVICES name) sets it. Throws
/// InvalidArgumentError when the variable is not set, or the file is not there or no state file; EngineError
/// NotFound when the container is gone; ContainerStartError, with the evidence, when it does not run. Two
/// requests.
[[nodiscard]] TestContainer attach(const std::string& service,
                                   SourceLocation where = SourceLocation::current());

}  // namespace drydock

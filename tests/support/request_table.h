// The table of docs/requests.md: what each public operation asks of the engine. The tests take what they
// expect from it, so that it is true.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

/// Requests by operation, such as {"TestContainer::pause()", {"POST /containers/ID/pause"}}.
using RequestTable = std::map<std::string, std::vector<std::string>>;

/// Returns the rows of the table below the heading `section` of docs/requests.md; empty when there is none.
[[nodiscard]] RequestTable read_request_table(std::string_view section);

/// Returns a request as the table writes it: without API version and query, and with ID, NAME and IMAGE for
/// ids, names made by Drydock and references.
[[nodiscard]] std::string as_in_table(std::string_view request);

}  // namespace drydock

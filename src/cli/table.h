// Text in columns.
#pragma once

#include <string>
#include <vector>

namespace drydock::cli {

/// Returns the rows, the first of them the titles, with columns as wide as their widest cell.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// Returns an age as people say it: "5 s", "3 min", "2 h", "4 d".
[[nodiscard]] std::string age(long long seconds);

}  // namespace drydock::cli

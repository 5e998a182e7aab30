// Where the program `drydock` is, which watches over this process, and whether this is it. Thread-safe.
#pragma once

#include <string>
#include <vector>

namespace drydock {

struct ToolSearch {
  std::string path{};                ///< empty: not found
  std::vector<std::string> tried{};  ///< paths where it is not, in the order of the search
};

/// Looks at DRYDOCK_TOOL (and then nowhere else), beside this executable, where Drydock was built, where it
/// was installed to, and in PATH.
/// Passes this program over, which would start itself again and again, unless `may_be_this`, or it is known
/// to be the tool: that looks at DRYDOCK_TOOL and then takes itself, under whatever name.
[[nodiscard]] ToolSearch find_tool(bool may_be_this = false);

/// Returns how to do something: `in_code` for a test program, `by_option` for the program `drydock`.
[[nodiscard]] const char* advice(const char* in_code, const char* by_option) noexcept;

/// Is called by the program `drydock`, which may start itself as the watchdog.
void this_program_is_the_tool() noexcept;

}  // namespace drydock

// What stands after "--" on a command line. Pure.
#pragma once

#include <string>
#include <vector>

namespace drydock::cli {

/// Takes what follows the first "--" off `arguments`, as it is: a parser of options would make lists of words
/// in square brackets. Empty when there is no "--".
[[nodiscard]] inline std::vector<std::string> take_trailing_command(std::vector<std::string>& arguments) {
  for (auto at = arguments.begin(); at != arguments.end(); ++at) {
    if (*at == "--") {
      std::vector<std::string> command{at + 1, arguments.end()};
      arguments.erase(at, arguments.end());
      return command;
    }
  }
  return {};
}

}  // namespace drydock::cli

// A command line in one argument, taken apart into its words. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::cli {

/// Splits at spaces and tabs; single quotes, double quotes and a backslash keep them, as in a shell. Nothing
/// is expanded: a shell is asked for by name, as in `sh -c 'a && b'`. `what` names the argument in the
/// message. Throws InvalidArgumentError for a quote that is not closed, a backslash at the end, and where
/// there is no word.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text, std::string_view what);

}  // namespace drydock::cli

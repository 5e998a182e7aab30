// Where the verb `pull` takes the names of images from, beside the command line.
#pragma once

#include <string>
#include <vector>

namespace drydock::cli {

/// Reads a list, one image a line; lines that begin with '#' and empty ones are passed over. "-" is stdin.
/// Throws InvalidArgumentError for a file that cannot be read.
[[nodiscard]] std::vector<std::string> images_in_file(const std::string& path);

/// Runs a test program, without any of its tests, and returns the images that it declares. What it could not
/// tell goes to stderr. Throws Error when it does not list images: it uses nothing of drydock::gtest.
[[nodiscard]] std::vector<std::string> images_of_program(const std::string& program);

}  // namespace drydock::cli

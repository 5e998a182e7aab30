// Saves a container's log where a person finds it after the test: one new file for each, readable by its
// owner alone, for logs hold secrets.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

/// Returns the directory for logs: `chosen`, else DRYDOCK_LOG_DIR, else "drydock-logs" in the working
/// directory.
[[nodiscard]] std::string log_directory(const std::string& chosen);

/// Makes the directory and its missing parents, with mode 0700. Throws std::system_error.
void make_directories(const std::string& path);

/// Makes a file name of any text: letters, digits, '.', '_' and '-' stay, the rest becomes '_'; at most 150
/// characters, no leading '.'.
[[nodiscard]] std::string safe_file_name(std::string_view text);

/// Writes `content` into a new file NAME.log, or NAME-2.log and so on when that is taken, with mode 0600, and
/// returns its path. Makes the directory, mode 0700, where it does not exist. Follows no symbolic link in
/// the file's place and overwrites nothing. Throws std::system_error.
std::string save_log(const std::string& directory, std::string_view name, std::string_view content);

}  // namespace drydock

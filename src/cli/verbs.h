// The verbs of the program `drydock`, one file each. Each adds itself to the command line and, when it is
// chosen, sets the program's exit code.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): it is theirs
class App;
}

namespace drydock::cli {

// What the program ends with, beside a command's own exit code in `drydock exec` and `drydock run`.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;        ///< the verb was carried out and found, or left, something wrong
inline constexpr int kBadUsage = 2;      ///< the command line, or a variable of the environment, is not right
inline constexpr int kNoEngine = 3;      ///< no engine answers
inline constexpr int kSkipped = 4;       ///< as 3, of `drydock up` where DRYDOCK_ENGINE=optional
inline constexpr int kExecFailed = 125;  ///< `drydock exec` or `run` could not run the command

void add_watch(CLI::App& app, int& status);
void add_ps(CLI::App& app, int& status);
void add_logs(CLI::App& app, int& status);
void add_sweep(CLI::App& app, int& status);
void add_pull(CLI::App& app, int& status);
void add_doctor(CLI::App& app, int& status);
void add_down(CLI::App& app, int& status);
/// `command`: what stands after "--"; filled in before the verb is called.
void add_exec(CLI::App& app, int& status, const std::vector<std::string>& command);
void add_up(CLI::App& app, int& status, const std::vector<std::string>& command);
void add_run(CLI::App& app, int& status, const std::vector<std::string>& command);

}  // namespace drydock::cli

#include "support/child_run.h"

#include <filesystem>

#include "base/read_file.h"
#include "support/scratch_directory.h"
#include "support/subprocess.h"

namespace drydock {
ChildRun run_test_program(const std::string& name, std::vector<std::string> arguments,
                          const std::map<std::string, std::string>& env) {
  const ScratchDirectory scratch;
  const std::filesystem::path report = scratch.path() / "report.xml";
  std::map<std::string, std::string> all_env = env;
  all_env.emplace("DRYDOCK_LOG_DIR", (scratch.path() / "logs").string());
  arguments.insert(arguments.begin(), std::string{DRYDOCK_TEST_PROGRAMS_DIR "/"} + name);
  arguments.push_back("--gtest_output=xml:" + report.string());
  const SubprocessResult result = run_subprocess(arguments, all_env);
  return {result.exit_code, result.output, read_file(report.string())};
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

}  // namespace drydock

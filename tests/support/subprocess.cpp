#include "support/subprocess.h"

#include "support/child_process.h"

namespace drydock {

SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const std::map<std::string, std::string>& env, std::chrono::seconds limit) {
  ChildProcess child{argv, env};
  const ProcessEnd end = child.wait(limit);
  return {end.exit_code, end.signal, child.output()};
}

}  // namespace drydock

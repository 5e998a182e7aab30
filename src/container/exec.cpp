#include "drydock/container/exec.h"

#include "drydock/docker/client.h"

#include "container/exec_run.h"
#include "container/exec_validate.h"

namespace drydock {

ExecResult run_exec(const Client& client, const std::string& container, const std::vector<std::string>& argv,
                    const ExecOptions& options) {
  require_valid_exec(container, argv, options);
  return ExecRun{client, container, argv, options}.run();
}

std::string run_detached(const Client& client, const std::string& container,
                         const std::vector<std::string>& argv, const ExecOptions& options) {
  require_valid_detached(container, argv, options);
  ExecConfig config = make_exec_config(argv, options);
  config.attach_stdout = false;
  config.attach_stderr = false;
  const Deadline deadline = Deadline::in(options.timeout);
  ExecId id = client.execs().create(container, config, deadline);
  client.execs().start_detached(id, options.tty, deadline);
  return id;
}

}  // namespace drydock

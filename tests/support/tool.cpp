#include "support/tool.h"

#include <stdexcept>

#include "drydock/base/error.h"

#include "container/tool.h"

namespace drydock {

std::string tool_path() {
  const ToolSearch tool = find_tool();
  if (tool.path.empty()) {
    throw std::runtime_error("the program drydock was not built");
  }
  return tool.path;
}

SubprocessResult run_tool(std::vector<std::string> arguments, const std::map<std::string, std::string>& env) {
  arguments.insert(arguments.begin(), tool_path());
  return run_subprocess(arguments, env);
}

Json run_tool_for_json(std::vector<std::string> arguments, const std::map<std::string, std::string>& env) {
  arguments.insert(arguments.begin() + 1, "--json");
  const SubprocessResult result = run_tool(std::move(arguments), env);
  try {
    return parse_json(result.output, "what drydock printed");
  } catch (const ProtocolError& error) {
    throw std::runtime_error(std::string{error.what()} + ": " + result.output);
  }
}

}  // namespace drydock

#include "cli/exec_status.h"

#include <cstdio>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "cli/verbs.h"

namespace drydock::cli {

int with_exec_status(const std::function<int()>& body) {
  try {
    return body();
  } catch (const InvalidArgumentError&) {
    throw;
  } catch (const EngineUnavailableError&) {
    throw;
  } catch (const Error& error) {
    fmt::print(stderr, "drydock: {}\n", error.what());
    return kExecFailed;
  }
}

}  // namespace drydock::cli

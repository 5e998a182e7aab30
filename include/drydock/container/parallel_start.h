// Starts several containers side by side, in the order that ContainerSpec::after asks for.
//
//   std::vector<TestContainer> all = start_all({{.image = "postgres:16", .name = "db"},
//                                               {.image = "app:1", .after = {"db"}}});
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "drydock/container/test_container.h"

namespace drydock {

struct ParallelStartOptions {
  std::size_t max_parallel{16};  ///< containers that are brought up at a time
};

/// What failed for one of several containers.
struct ContainerFailure {
  std::string name{};  ///< the one that it has among the others
  ErrorCode code{ErrorCode::NotReady};
  std::string message{};
};

/// Some of several containers did not start. The message holds every failure; code() is the first one's.
class ParallelStartError : public Error {
 public:
  ParallelStartError(const std::string& message, std::vector<ContainerFailure> failures,
                     ErrorContext context = {})
      : Error(failures.empty() ? ErrorCode::NotReady : failures.front().code, message, std::move(context)),
        failures_(std::move(failures)) {}
  [[nodiscard]] const std::vector<ContainerFailure>& failures() const noexcept { return failures_; }

 private:
  std::vector<ContainerFailure> failures_;
};

/// Starts all and returns them in the order of the specs, each ready. A spec's `after` names other specs by
/// their ContainerSpec::name. An image is pulled once, however many specs name it, with PullPolicy::Always
/// too. Throws InvalidArgumentError for a circle, an unknown or a doubled name before anything is sent.
/// Otherwise the first failure keeps further ones from starting, what had started is removed, and
/// ParallelStartError tells of every failure. Blocks as long as the longest chain of TestContainer's
/// constructors.
[[nodiscard]] std::vector<TestContainer> start_all(std::vector<ContainerSpec> specs,
                                                   const ParallelStartOptions& options = {},
                                                   const Client& client = Client::from_environment(),
                                                   SourceLocation where = SourceLocation::current());

}  // namespace drydock

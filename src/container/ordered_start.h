// Starts several named containers side by side, in the order of their dependencies. What start_all() and
// ContainerManager have in common.
#pragma once

#include <exception>
#include <set>
#include <string>
#include <vector>

#include "drydock/container/parallel_start.h"

namespace drydock {

struct NamedSpec {
  std::string name{};  ///< by which the others' `after` knows it; empty: not at all
  ContainerSpec spec{};
};

/// Returns the containers in the order of `specs`. `standing` are names that are ready already. Throws like
/// start_all().
[[nodiscard]] std::vector<TestContainer> start_in_order(std::vector<NamedSpec> specs,
                                                        const std::set<std::string>& standing,
                                                        const ParallelStartOptions& options,
                                                        const Client& client, SourceLocation where);

/// Returns what an exception that is held says, of the container that it is about.
[[nodiscard]] ContainerFailure failure_of(const std::string& name, const std::exception_ptr& failure);

/// Returns one line, or block of lines, for each failure.
[[nodiscard]] std::string to_text(const std::vector<ContainerFailure>& failures);

}  // namespace drydock

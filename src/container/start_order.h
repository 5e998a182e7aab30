// The order in which containers start that name each other in ContainerSpec::after. Pure functions.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace drydock {

struct StartNode {
  std::string name{};  ///< empty: nothing can name it
  std::vector<std::string> after{};
};

/// Returns, for each node, the indices of those that have to be ready first. Names in `standing` are ready
/// already. Throws InvalidArgumentError with every fault at once: names that occur twice, names that nothing
/// has, and a circle, with the names along it.
[[nodiscard]] std::vector<std::vector<std::size_t>> start_order(const std::vector<StartNode>& nodes,
                                                                const std::set<std::string>& standing = {});

}  // namespace drydock

#include "container/start_order.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;

// Walks the edges depth first; what is met again on the way to itself is a circle.
class CircleSearch {
 public:
  explicit CircleSearch(const Edges& edges) : edges_(edges), state_(edges.size(), State::Unseen) {}

  // Returns the nodes along a circle, the first one again at the end; empty when there is none.
  std::vector<std::size_t> find() {
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (visit(node)) {
        const auto begin = std::find(path_.begin(), path_.end(), path_.back());
        return {begin, path_.end()};
      }
    }
    return {};
  }

 private:
  enum class State { Unseen, OnPath, Done };

  bool visit(std::size_t node) {
    if (state_[node] == State::Done) {
      return false;
    }
    path_.push_back(node);
    if (state_[node] == State::OnPath) {
      return true;
    }
    state_[node] = State::OnPath;
    for (const std::size_t before : edges_[node]) {
      if (visit(before)) {
        return true;
      }
    }
    state_[node] = State::Done;
    path_.pop_back();
    return false;
  }

  const Edges& edges_;
  std::vector<State> state_;
  std::vector<std::size_t> path_;
};

std::string known_names(const std::map<std::string, std::size_t>& indices,
                        const std::set<std::string>& standing) {
  std::vector<std::string> names{standing.begin(), standing.end()};
  for (const auto& [name, index] : indices) {
    names.push_back(name);
  }
  return names.empty() ? "none has a name" : "there are: " + text::join(names, ", ");
}

std::string describe(const std::vector<std::size_t>& circle, const std::vector<StartNode>& nodes) {
  std::vector<std::string> names;
  names.reserve(circle.size());
  for (const std::size_t node : circle) {
    names.push_back("'" + nodes[node].name + "'");
  }
  return text::join(names, " after ");
}

}  // namespace

std::vector<std::vector<std::size_t>> start_order(const std::vector<StartNode>& nodes,
                                                  const std::set<std::string>& standing) {
  std::vector<std::string> faults;
  std::map<std::string, std::size_t> indices;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].name.empty() && !indices.emplace(nodes[i].name, i).second) {
      faults.push_back(fmt::format("two are named '{}'", nodes[i].name));
    }
  }
  Edges edges(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string& name : nodes[i].after) {
      if (const auto found = indices.find(name); found != indices.end()) {
        edges[i].push_back(found->second);
      } else if (!standing.contains(name)) {
        faults.push_back(fmt::format("'{}' is to start after '{}', which is not among them; {}",
                                     nodes[i].name, name, known_names(indices, standing)));
      }
    }
  }
  if (const std::vector<std::size_t> circle = CircleSearch{edges}.find(); !circle.empty()) {
    faults.push_back("none of these can be the first: " + describe(circle, nodes));
  }
  if (!faults.empty()) {
    throw InvalidArgumentError("nothing was started: " + text::join(faults, "; "),
                               {.operation = "start all"});
  }
  return edges;
}

}  // namespace drydock

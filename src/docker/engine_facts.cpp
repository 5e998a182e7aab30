#include "docker/engine_facts.h"

#include <map>
#include <mutex>
#include <string>

namespace drydock {
namespace {

/// Never destroyed: guards with static storage make clients at exit.
struct FactsByEndpoint {
  std::mutex mutex{};
  std::map<std::string, std::shared_ptr<EngineFacts>> facts{};
};

}  // namespace

std::shared_ptr<EngineFacts> shared_facts(const Endpoint& endpoint) {
  static auto* const all = new FactsByEndpoint;
  const std::lock_guard lock{all->mutex};
  std::shared_ptr<EngineFacts>& facts = all->facts[endpoint.to_string()];
  if (!facts) {
    facts = std::make_shared<EngineFacts>();
  }
  return facts;
}

}  // namespace drydock

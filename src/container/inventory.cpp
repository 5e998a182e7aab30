#include "container/inventory.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "container/labels.h"
#include "docker/json.h"

namespace drydock {
namespace {

using Clock = std::chrono::system_clock;

// What kept containers use, by kind: ids, and names where an object goes by one.
using Uses = std::set<std::pair<ObjectKind, std::string>>;

void add_uses(const Client& client, const std::string& container, Deadline deadline, Uses& uses) {
  const std::optional<ContainerDetails> details = client.containers().find(container, deadline);
  if (!details) {
    return;
  }
  for (const NetworkAttachment& network : details->networks) {
    uses.emplace(ObjectKind::Network, network.network_id);
    uses.emplace(ObjectKind::Network, network.network);
  }
  const Json json = parse_json(details->json, "the container's details");
  for (const Json& mount : json["Mounts"].array()) {
    uses.emplace(ObjectKind::Volume, mount["Name"].string());
  }
  uses.emplace(ObjectKind::Image, details->image_id);
}

// Of all kept containers: one of another session may use what is looked at here.
Uses uses_of_kept(const Client& client, Deadline deadline) {
  Uses uses;
  for (const EngineObject& object : find_objects(client, ObjectKind::Container, label::kOwner, deadline)) {
    if (judge(object.labels, object.name, Clock::now()) == Verdict::Kept) {
      add_uses(client, object.id, deadline, uses);
    }
  }
  return uses;
}

bool may_be_used(const InventoryItem& item) {
  return item.object.kind != ObjectKind::Container && is_left_behind(item.verdict);
}

}  // namespace

std::vector<InventoryItem> take_inventory(const Client& client, const std::string& filter, bool with_images,
                                          Deadline deadline) {
  std::vector<InventoryItem> items;
  for (const ObjectKind kind : kRemovalOrder) {
    if (kind == ObjectKind::Image && !with_images) {
      continue;
    }
    for (EngineObject& object : find_objects(client, kind, filter, deadline)) {
      const Verdict verdict = judge(object.labels, object.name, Clock::now());
      items.push_back({std::move(object), verdict});
    }
  }
  if (std::none_of(items.begin(), items.end(), may_be_used)) {
    return items;
  }
  const Uses uses = uses_of_kept(client, deadline);
  for (InventoryItem& item : items) {
    const EngineObject& object = item.object;
    const bool is_used = uses.contains({object.kind, object.id}) ||
                         (!object.name.empty() && uses.contains({object.kind, object.name}));
    if (may_be_used(item) && is_used) {
      item.verdict = Verdict::Kept;
    }
  }
  return items;
}

}  // namespace drydock

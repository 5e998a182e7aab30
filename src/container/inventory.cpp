#include "container/inventory.h"

#include <chrono>
#include <set>

#include "docker/json.h"

namespace drydock {
namespace {

// Adds the ids of the networks and the names of the volumes that a container uses.
void add_used(const Client& client, const std::string& container, Deadline deadline,
              std::set<std::string>& used) {
  const std::optional<ContainerDetails> details = client.containers().find(container, deadline);
  if (!details) {
    return;
  }
  for (const NetworkAttachment& network : details->networks) {
    used.insert(network.network_id);
    used.insert(network.network);
  }
  const Json json = parse_json(details->json, "the container's details");
  for (const Json& mount : json["Mounts"].array()) {
    used.insert(mount["Name"].string());
  }
  used.insert(details->image_id);
}

}  // namespace

std::vector<InventoryItem> take_inventory(const Client& client, const std::string& filter, bool with_images,
                                          Deadline deadline) {
  const auto now = std::chrono::system_clock::now();
  std::vector<InventoryItem> items;
  std::set<std::string> used;
  for (const ObjectKind kind : kRemovalOrder) {
    if (kind == ObjectKind::Image && !with_images) {
      continue;
    }
    for (EngineObject& object : find_objects(client, kind, filter, deadline)) {
      Verdict verdict = judge(object.labels, object.name, now);
      if (verdict == Verdict::Kept && kind == ObjectKind::Container) {
        add_used(client, object.id, deadline, used);
      }
      const bool is_used = used.contains(object.id) || (!object.name.empty() && used.contains(object.name));
      if (is_used && is_left_behind(verdict)) {
        verdict = Verdict::Kept;
      }
      items.push_back({std::move(object), verdict});
    }
  }
  return items;
}

}  // namespace drydock

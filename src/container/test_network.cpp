#include "drydock/container/test_network.h"

#include "drydock/base/error.h"

#include "container/owned_object.h"
#include "container/registry.h"
#include "container/session.h"

namespace drydock {

TestNetwork::TestNetwork(NetworkConfig config, Client client) {
  const NewObject fresh = new_object();
  add_labels(config.labels, fresh.labels);
  if (config.name.empty()) {
    config.name = fresh.unique_name;
  }
  const Registry::Creating creating{client};
  std::string id = create_object(client, ObjectKind::Network, fresh.nonce,
                                 [&] { return client.networks().create(config); });
  object_ = own(ObjectKind::Network, client, std::move(id), std::move(config.name), fresh.kept);
}

TestNetwork& TestNetwork::operator=(TestNetwork&& other) noexcept {
  if (this != &other) {
    if (object_) {
      object_->dispose();
    }
    object_ = std::move(other.object_);
  }
  return *this;
}

TestNetwork::~TestNetwork() {
  if (object_) {
    object_->dispose();
  }
}

OwnedObject& TestNetwork::object() const {
  if (!object_) {
    throw InvalidArgumentError("this TestNetwork holds no network any more: it was moved from");
  }
  return *object_;
}

const std::string& TestNetwork::id() const {
  return object().id();
}

const std::string& TestNetwork::name() const {
  return object().name();
}

bool TestNetwork::remove() {
  return object().remove();
}

}  // namespace drydock

#include "drydock/container/test_volume.h"

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "container/owned_object.h"
#include "container/registry.h"
#include "container/session.h"

namespace drydock {
namespace {

// The engine answers a create of a name that stands already as if it had made it: only the nonce tells.
std::string create_new(const Client& client, const VolumeConfig& config, const std::string& nonce) {
  VolumeDetails made = client.volumes().create(config);
  const auto label = made.labels.find(label::kNonce);
  if (label == made.labels.end() || label->second != nonce) {
    throw EngineError(
        ErrorCode::Conflict,
        fmt::format("a volume named '{}' stands already; take another name, or none to have one "
                    "made up, or mount it without a TestVolume",
                    config.name),
        {.operation = "volume create", .resource = config.name});
  }
  return std::move(made.name);
}

}  // namespace

TestVolume::TestVolume(VolumeConfig config, Client client) {
  const NewObject fresh = new_object();
  add_labels(config.labels, fresh.labels);
  if (config.name.empty()) {
    config.name = fresh.unique_name;
  }
  const Registry::Creating creating{client};
  std::string name = create_object(client, ObjectKind::Volume, fresh.nonce,
                                   [&] { return create_new(client, config, fresh.nonce); });
  object_ = own(ObjectKind::Volume, client, name, name, fresh.kept);
}

TestVolume& TestVolume::operator=(TestVolume&& other) noexcept {
  if (this != &other) {
    if (object_) {
      object_->dispose();
    }
    object_ = std::move(other.object_);
  }
  return *this;
}

TestVolume::~TestVolume() {
  if (object_) {
    object_->dispose();
  }
}

OwnedObject& TestVolume::object() const {
  if (!object_) {
    throw InvalidArgumentError("this TestVolume holds no volume any more: it was moved from");
  }
  return *object_;
}

const std::string& TestVolume::name() const {
  return object().name();
}

bool TestVolume::remove() {
  return object().remove();
}

}  // namespace drydock

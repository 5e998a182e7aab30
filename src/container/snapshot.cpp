#include "drydock/container/snapshot.h"

#include <utility>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"

#include "container/container_image.h"
#include "container/owned_object.h"
#include "container/registry.h"
#include "container/session.h"

namespace drydock {

Snapshot::Snapshot(const TestContainer& container, const SnapshotOptions& options) {
  const NewObject fresh = new_object();
  const Registry::Creating creating{container.client()};
  const std::string reference = "drydock-snapshot:" + fresh.nonce;
  std::string id = create_object(container.client(), ObjectKind::Image, fresh.nonce, [&] {
    return make_container_image(container.client(), container.id(),
                                {.reference = reference, .labels = fresh.labels, .pause = options.pause},
                                Deadline::in(options.timeout));
  });
  object_ = own(ObjectKind::Image, container.client(), std::move(id), reference, fresh.kept);
}

Snapshot& Snapshot::operator=(Snapshot&& other) noexcept {
  if (this != &other) {
    if (object_) {
      object_->dispose();
    }
    object_ = std::move(other.object_);
  }
  return *this;
}

Snapshot::~Snapshot() {
  if (object_) {
    object_->dispose();
  }
}

OwnedObject& Snapshot::object() const {
  if (!object_) {
    throw InvalidArgumentError("this Snapshot holds no image any more: it was moved from");
  }
  return *object_;
}

const std::string& Snapshot::image() const {
  return object().name();
}

bool Snapshot::remove() {
  return object().remove();
}

Snapshot TestContainer::snapshot() const {
  return Snapshot{*this};
}

Snapshot TestContainer::snapshot(const SnapshotOptions& options) const {
  return Snapshot{*this, options};
}

}  // namespace drydock

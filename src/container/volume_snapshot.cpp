#include "drydock/container/volume_snapshot.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "container/bring_up.h"

namespace drydock {
namespace {

constexpr const char* kMountPoint = "/drydock-volume";  // in the helper; the first component in the archive

// A container that gives access to a volume's files through the archive calls, which need no running
// container.
class Helper {
 public:
  Helper(const Client& client, const std::string& image, const std::string& volume, bool read_only)
      : guard_(create_guarded({.image = image,
                               .pull = PullPolicy::Never,
                               .entrypoint = {"/never-started"},
                               .mounts = {Mount::volume(volume, kMountPoint, read_only)},
                               .network_mode = "none"},
                              client, {})
                   .guard) {}
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  ~Helper() {
    try {
      guard_->remove();  // never kept for a look
    } catch (const Error& error) {
      log::info(error.what());
      guard_->dispose();
    }
  }

  [[nodiscard]] const ContainerId& id() const { return guard_->id(); }

 private:
  std::shared_ptr<ContainerGuard> guard_;
};

// Stops a container's processes until the scope's end.
class Pause {
 public:
  Pause(Containers containers, const ContainerDetails& details, bool wanted)
      : containers_(std::move(containers)),
        id_(wanted && details.state.status == ContainerStatus::Running ? details.id : "") {
    if (!id_.empty()) {
      containers_.pause(id_);
    }
  }
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;
  ~Pause() {
    try {
      if (!id_.empty()) {
        containers_.unpause(id_);
      }
    } catch (const std::exception& error) {
      log::error(error.what());
    }
  }

 private:
  Containers containers_;
  ContainerId id_;
};

}  // namespace

struct VolumeSnapshot::Copy {
  Client client;
  std::string image{};
  VolumeConfig volume{};
  std::string tar{};
  std::chrono::milliseconds timeout{};
};

VolumeSnapshot::VolumeSnapshot(const TestContainer& container, const std::string& volume,
                               const VolumeSnapshotOptions& options) {
  const Client& client = container.client();
  const Deadline deadline = Deadline::in(options.timeout);
  // Asked first: a mount makes a volume that is not there.
  VolumeDetails source = client.volumes().inspect(volume, deadline);
  const ContainerDetails details = client.containers().inspect(container.id(), deadline);
  const Helper helper{client, details.image_id, volume, true};
  const Pause pause{client.containers(), details, options.pause};
  copy_ = std::make_shared<const Copy>(
      Copy{client,
           details.image_id,
           {.name = std::move(source.name),
            .driver = std::move(source.driver),
            .driver_options = std::move(source.driver_options),
            .labels = std::move(source.labels)},
           client.containers().get_archive(helper.id(), kMountPoint, options.limit, deadline),
           options.timeout});
}

const std::string& VolumeSnapshot::volume() const noexcept {
  return copy_->volume.name;
}

std::size_t VolumeSnapshot::bytes() const noexcept {
  return copy_->tar.size();
}

void VolumeSnapshot::restore() const {
  const Deadline deadline = Deadline::in(copy_->timeout);
  // Removed rather than emptied: that needs no program in the image.
  copy_->client.volumes().remove(copy_->volume.name, false, deadline);
  copy_->client.volumes().create(copy_->volume, deadline);
  const Helper helper{copy_->client, copy_->image, copy_->volume.name, false};
  copy_->client.containers().put_archive(helper.id(), "/", copy_->tar, deadline);
}

}  // namespace drydock

// Makes an image of a container's file system, with the configuration of the container's own image: without
// the container's environment, command and labels, which a plain commit would keep. Thread-safe.
#pragma once

#include <string>

#include "drydock/base/deadline.h"
#include "drydock/docker/client.h"

namespace drydock {

struct ContainerImage {
  std::string reference{};  ///< the image's name
  Labels labels{};          ///< beside those of the container's own image
  bool pause{true};         ///< stop the container's processes while it is copied
};

/// Returns the new image's id.
///
/// A commit keeps the container's environment, and Docker before 25 keeps it twice: in Config and in
/// ContainerConfig, which no instruction changes. So the committed image is only a step: its layers are named
/// again by an image of our own configuration, which is loaded as an archive without layers. Where the engine
/// wants the layers in the archive (Podman, containerd's image store), a second commit sets the variables to
/// what the container's own image has, or to nothing.
///
/// Throws EngineError Unsupported when the environment would still be in the image. Seven requests at most.
[[nodiscard]] std::string make_container_image(const Client& client, const std::string& container,
                                               const ContainerImage& image, Deadline deadline);

}  // namespace drydock

#include "container/image_presence.h"

#include <optional>

#include <fmt/format.h>

#include "container/pull_once.h"
#include "container/tool.h"

namespace drydock {

ImageDetails ensure_image(const Client& client, const ContainerSpec& spec) {
  const std::uint64_t pulls_before = pulls_of(client, spec.image, spec.platform);
  if (spec.pull == PullPolicy::Always) {
    pull_once(client, spec.image, spec.platform, pulls_before);
  }
  if (std::optional<ImageDetails> found = client.images().find(spec.image)) {
    return *std::move(found);
  }
  if (spec.pull == PullPolicy::Never) {
    throw image_never_pulled(spec, {.operation = "image inspect", .resource = spec.image});
  }
  pull_once(client, spec.image, spec.platform, pulls_before, PullWish::Missing);
  return client.images().inspect(spec.image);
}

EngineError image_never_pulled(const ContainerSpec& spec, ErrorContext context) {
  return {ErrorCode::NotFound,
          fmt::format("the engine has no image '{}', and {}; build, load or pull it first, or {}", spec.image,
                      advice("the spec's pull policy is Never", "--pull is never"),
                      advice("set .pull = PullPolicy::Missing", "leave --pull at missing")),
          std::move(context)};
}

}  // namespace drydock

#include "docker/image_digest.h"

#include <string_view>

#include "drydock/base/error.h"

namespace drydock {
namespace {

// Docker shortens the names of Docker Hub, Podman spells them out.
std::string canonical_name(const ImageReference& reference) {
  const bool is_hub = reference.registry.empty() || reference.registry == "docker.io" ||
                      reference.registry == "index.docker.io";
  if (!is_hub) {
    return reference.name();
  }
  const bool is_official = reference.repository.find('/') == std::string::npos;
  return std::string{"docker.io/"} + (is_official ? "library/" : "") + reference.repository;
}

}  // namespace

std::string digest_at_repository(const ImageDetails& image, const ImageReference& reference) {
  const std::string wanted = canonical_name(reference);
  for (const std::string& text : image.digests) {
    try {
      const ImageReference known = ImageReference::parse(text);
      if (canonical_name(known) == wanted) {
        return known.digest;
      }
    } catch (const InvalidArgumentError&) {
      continue;  // "<none>@<none>", which old engines write
    }
  }
  return {};
}

std::string exact_name(const ImageDetails& image, const std::string& reference) {
  try {
    const ImageReference parsed = ImageReference::parse(reference);
    if (const std::string digest = digest_at_repository(image, parsed); !digest.empty()) {
      return parsed.name() + "@" + digest;
    }
  } catch (const InvalidArgumentError&) {
    return image.id;  // the container was made from an id
  }
  for (const std::string& text : image.digests) {
    if (!text.starts_with("<none>")) {
      return text;
    }
  }
  return image.id;
}

}  // namespace drydock

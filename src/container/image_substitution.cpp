#include "drydock/container/image_substitution.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

#include "base/text.h"
#include "container/image_map.h"
#include "container/image_rules.h"
#include "docker/docker_hub.h"

namespace drydock {
namespace {

constexpr const char* kMap = "DRYDOCK_IMAGE_MAP";
constexpr const char* kPrefix = "DRYDOCK_IMAGE_PREFIX";
constexpr const char* kForeignPrefix = "TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX";
constexpr const char* kFunction = "the program's image substitution";

// Immutable once it can be seen, and never destroyed: who calls it needs no lock, nor does a forked child.
struct Published {
  const ImageSubstitution call;
  const Published* before;  // kept reachable; unchanged once it is published
};

std::atomic<const Published*> published{nullptr};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Prefix {
  std::string name{};  // of the variable; empty: none is set
  std::string text{};
};

// Throws for one that no image could begin with.
Prefix current_prefix() {
  for (const char* const name : {kPrefix, kForeignPrefix}) {
    const std::string text = variable(name);
    if (text.empty()) {
      continue;
    }
    const auto refuse = [&](const std::string& fault) {
      throw InvalidArgumentError(
          fmt::format("{} is '{}', {}; write it as HOST[:PORT]/[PATH/], such as mirror.example:5000/hub/, or "
                      "unset it",
                      name, text::printable(text), fault),
          {.operation = "image substitution", .resource = name});
    };
    if (!text.ends_with('/')) {
      refuse("which does not end in '/', and is put before a name as it is");
    }
    try {
      static_cast<void>(ImageReference::parse(text + "x"));
    } catch (const InvalidArgumentError& error) {
      refuse(fmt::format("with which no reference can begin: {}", error.what()));
    }
    return {name, text};
  }
  return {};
}

bool is_reference(const std::string& image) {
  try {
    static_cast<void>(ImageReference::parse(image));
    return true;
  } catch (const InvalidArgumentError&) {
    return false;  // told where it is used
  }
}

bool is_id(std::string_view image) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return image.starts_with(kAlgorithm) && image.size() > kAlgorithm.size() &&
         image.find_first_not_of("0123456789abcdef", kAlgorithm.size()) == std::string_view::npos;
}

// Snapshots and seeded images; Podman calls them "localhost/drydock-...".
bool is_made_here(std::string_view image) {
  constexpr std::string_view kLocal = "localhost/";
  const std::string_view name = image.substr(image.starts_with(kLocal) ? kLocal.size() : 0);
  return name.starts_with("drydock-snapshot:") || name.starts_with("drydock-seed:");
}

bool is_left_alone(const std::string& image) {
  return is_id(image) || is_made_here(image) || !is_reference(image);
}

void require_reference(const ImageChoice& choice, const std::string& asked) {
  try {
    static_cast<void>(ImageReference::parse(choice.image));
  } catch (const InvalidArgumentError& error) {
    throw InvalidArgumentError(fmt::format("the image '{}' cannot be replaced, for {} gives what is no "
                                           "reference: {}",
                                           asked, choice.rule, error.what()),
                               {.operation = "image substitution", .resource = asked});
  }
}

ImageChoice choose_by_map(const std::string& image, const std::string& path) {
  if (auto hit = image_map_in(path)->find(image)) {
    ImageChoice choice{std::move(hit->image), fmt::format("{}:{}", path, hit->line)};
    require_reference(choice, image);
    choice.rule = choice.image == image ? "" : choice.rule;
    return choice;
  }
  return {};
}

ImageChoice choose_by_prefix(const std::string& image, const Prefix& prefix) {
  const std::string_view name = without_hub_host(image);
  if (!is_of_hub(ImageReference::parse(image)) || image.starts_with(prefix.text) ||
      name.starts_with(prefix.text)) {
    return {image, ""};
  }
  ImageChoice choice{prefix.text + std::string{name}, prefix.name};
  require_reference(choice, image);
  return choice;
}

}  // namespace

ImageChoice choose_by_function(const std::string& image) {
  const Published* const current = published.load(std::memory_order_acquire);
  if (current == nullptr || !current->call || is_left_alone(image)) {
    return {image, ""};
  }
  ImageChoice choice{current->call(image), kFunction};
  require_reference(choice, image);
  if (choice.image == image) {
    choice.rule.clear();
  }
  return choice;
}

ImageChoice choose_image(const std::string& image) {
  const std::string map = variable(kMap);
  const Prefix prefix = current_prefix();
  ImageChoice first = choose_by_function(image);
  if ((map.empty() && prefix.name.empty()) || is_left_alone(first.image)) {
    return first;
  }
  ImageChoice next = map.empty() ? ImageChoice{} : choose_by_map(first.image, map);
  if (next.image.empty() && !prefix.name.empty()) {
    next = choose_by_prefix(first.image, prefix);
  }
  if (next.image.empty() || next.rule.empty()) {
    return first;
  }
  next.rule = first.rule.empty() ? next.rule : first.rule + " and " + next.rule;
  return next;
}

std::string describe_image_rules() {
  std::vector<std::string> clauses;
  if (const std::string map = variable(kMap); !map.empty()) {
    clauses.push_back(fmt::format("{} rules of {} '{}'", image_map_in(map)->size(), kMap, map));
  }
  if (const Prefix prefix = current_prefix(); !prefix.name.empty()) {
    clauses.push_back(fmt::format("'{}' of {} before images of Docker Hub", prefix.text, prefix.name));
  }
  return text::join(clauses, ", ");
}

void set_image_substitution(ImageSubstitution substitution) {
  auto* const next = new Published{std::move(substitution), published.load(std::memory_order_acquire)};
  while (!published.compare_exchange_weak(next->before, next, std::memory_order_acq_rel)) {
  }
}

std::string substitute_image(const std::string& image) {
  return choose_image(image).image;
}

}  // namespace drydock

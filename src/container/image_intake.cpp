#include "container/image_intake.h"

#include <utility>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "container/image_rules.h"

namespace drydock {
namespace {

bool is_taken_in(const ContainerSpec& spec) {
  return !spec.substituted.used.empty() && spec.substituted.used == spec.image;
}

std::string sentence(const SubstitutedImage& image) {
  return fmt::format("'{}' is taken as '{}', by {}", image.asked, image.used, image.rule);
}

}  // namespace

void take_in_image(ContainerSpec& spec) {
  if (is_taken_in(spec)) {
    return;
  }
  ImageChoice choice = choose_image(spec.image);
  if (choice.rule.empty()) {
    return;
  }
  spec.substituted = {.asked = spec.image, .used = choice.image, .rule = std::move(choice.rule)};
  spec.image = std::move(choice.image);
  log::info("the image " + sentence(spec.substituted));
}

std::string image_note(const ContainerSpec& spec) {
  return is_taken_in(spec) ? "\n  image      " + sentence(spec.substituted) : "";
}

}  // namespace drydock

#include "gtest/image_matrix.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::size_t kDigestDigits = 12;

struct Override {
  std::string repository{};
  std::vector<std::string> images{};
};

[[noreturn]] void refuse(std::string_view entry, std::string_view fault) {
  throw InvalidArgumentError(
      fmt::format("DRYDOCK_IMAGES: {} in '{}'; write it as REPOSITORY=IMAGE,IMAGE with ';' between entries, "
                  "such as postgres=postgres:15,postgres:17",
                  fault, text::printable(entry)));
}

ImageReference parse_image(std::string_view entry, std::string_view image) {
  try {
    return ImageReference::parse(image);
  } catch (const InvalidArgumentError& error) {
    refuse(entry, error.what());
  }
}

std::string last_component(std::string_view repository) {
  return std::string{repository.substr(repository.rfind('/') + 1)};
}

// "=" may be part of no image reference.
std::vector<Override> read_entry(std::string_view entry) {
  const std::size_t equals = entry.find('=');
  std::vector<Override> found;
  if (equals != std::string_view::npos) {
    found.push_back({.repository = std::string{text::trim(entry.substr(0, equals))}});
    if (found.front().repository.empty()) {
      refuse(entry, "no repository stands before the '='");
    }
  }
  const std::string_view list = equals == std::string_view::npos ? entry : entry.substr(equals + 1);
  for (const std::string& part : text::split(list, ',')) {
    std::string image{text::trim(part)};
    if (image.empty()) {
      refuse(entry, "an image is missing");
    }
    const std::string own = parse_image(entry, image).name();
    if (equals != std::string_view::npos) {
      found.front().images.push_back(std::move(image));
      continue;
    }
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&own](const Override& other) { return other.repository == own; });
    Override& place = same != found.end() ? *same : found.emplace_back(Override{.repository = own});
    place.images.push_back(std::move(image));
  }
  return found;
}

std::vector<Override> read_overrides(std::string_view text) {
  std::vector<Override> all;
  std::set<std::string> repositories;
  for (const std::string& part : text::split(text, ';')) {
    const std::string_view entry = text::trim(part);
    if (entry.empty()) {
      continue;
    }
    for (Override& one : read_entry(entry)) {
      if (!repositories.insert(one.repository).second) {
        refuse(entry, fmt::format("a second entry for '{}'", one.repository));
      }
      all.push_back(std::move(one));
    }
  }
  return all;
}

bool is_of(const std::string& image, const std::string& repository) {
  const std::string name = ImageReference::parse(image).name();
  return name == repository || last_component(name) == repository;
}

std::string valid_name(std::string_view text) {
  std::string name{text};
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::string version_of(const ImageReference& image, bool with_both) {
  const std::string digest =
      image.digest.empty() ? "" : image.digest.substr(image.digest.find(':') + 1).substr(0, kDigestDigits);
  if (image.tag.empty() || digest.empty()) {
    return image.tag + digest;
  }
  return with_both ? image.tag + "_" + digest : image.tag;
}

// What to try, the shortest first.
std::string name_at(const ImageReference& image, int level) {
  const std::string name = level == 0 ? last_component(image.repository) : image.name();
  return valid_name(name + "_" + version_of(image, level > 1));
}

}  // namespace

std::vector<std::string> with_overrides(const std::vector<std::string>& images, std::string_view text) {
  std::vector<Override> overrides = read_overrides(text);
  std::vector<std::string> result;
  for (const std::string& image : images) {
    const auto chosen = std::find_if(overrides.begin(), overrides.end(),
                                     [&image](const Override& one) { return is_of(image, one.repository); });
    if (chosen == overrides.end()) {  // the variable speaks to several programs
      result.push_back(image);
      continue;
    }
    result.insert(result.end(), chosen->images.begin(), chosen->images.end());
    chosen->images.clear();  // they stand for all of the repository
  }
  return result;
}

std::vector<std::string> names_of(const std::vector<std::string>& images) {
  std::vector<ImageReference> parsed;
  std::set<std::string> seen;
  for (const std::string& image : images) {
    parsed.push_back(ImageReference::parse(image));
    if (!seen.insert(parsed.back().to_string()).second) {
      throw InvalidArgumentError(
          fmt::format("the image '{}' stands twice in a list of images; name each once", image),
          {.operation = "image matrix", .resource = image});
    }
  }
  std::vector<std::string> names(images.size());
  std::set<std::string> taken;
  for (int level = 0; level <= 2; ++level) {
    std::map<std::string, int> count;
    for (std::size_t i = 0; i < names.size(); ++i) {
      count[name_at(parsed[i], level)] += names[i].empty() ? 1 : 0;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string name = name_at(parsed[i], level);
      if (names[i].empty() && count[name] == 1 && taken.insert(name).second) {
        names[i] = name;
      }
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) {  // "a/b:1" and "a_b:1"
    for (int number = 2; names[i].empty(); ++number) {
      const std::string name = fmt::format("{}_{}", name_at(parsed[i], 2), number);
      names[i] = taken.insert(name).second ? name : "";
    }
  }
  return names;
}

}  // namespace drydock

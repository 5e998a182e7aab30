#include "gtest/declared_images.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "container/image_rules.h"

namespace drydock {
namespace {

struct Declared {
  std::mutex mutex;
  std::set<std::string> images;
  std::vector<std::function<ContainerSpec()>> specs;
};

// Never destroyed: the list is asked for while the program ends, too.
Declared& declared() {
  static auto* const all = new Declared;
  return *all;
}

std::atomic<bool> replaced{false};

int write_list(const std::string& path, const std::string& list) {
  std::FILE* const file = path == "-" ? stdout : std::fopen(path.c_str(), "we");
  bool good = file != nullptr && std::fwrite(list.data(), 1, list.size(), file) == list.size();
  good = file != nullptr && (path == "-" ? std::fflush(file) : std::fclose(file)) == 0 && good;
  if (!good) {
    fmt::print(stderr, "drydock: the list of images could not be written to '{}'\n", path);
  }
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

void note_image(std::string image) {
  Declared& all = declared();
  const std::lock_guard lock{all.mutex};
  all.images.insert(std::move(image));
}

void note_spec(std::function<ContainerSpec()> spec) {
  Declared& all = declared();
  const std::lock_guard lock{all.mutex};
  all.specs.push_back(std::move(spec));
}

void note_replacement() noexcept {
  replaced = true;
}

bool was_replaced() noexcept {
  return replaced;
}

std::string image_list() {
  std::set<std::string> images;
  std::vector<std::function<ContainerSpec()>> specs;
  {
    Declared& all = declared();
    const std::lock_guard lock{all.mutex};
    images = all.images;
    specs = all.specs;
  }
  std::string problems;
  for (const auto& make : specs) {
    try {
      const ContainerSpec spec = make();
      if (spec.pull != PullPolicy::Never && !spec.image.empty()) {
        images.insert(spec.image);
      }
    } catch (const std::exception& error) {
      problems += fmt::format("# a spec could not be made, and its image is not listed: {}\n",
                              text::printable(error.what()));
    }
  }
  std::set<std::string> listed;
  for (const std::string& image : images) {
    try {
      listed.insert(choose_by_function(image).image);  // nobody else could; the rest is for who pulls
    } catch (const std::exception& error) {
      problems += fmt::format("# an image is not listed: {}\n", text::printable(error.what()));
    }
  }
  std::string list;
  for (const std::string& image : listed) {
    list += image + "\n";
  }
  return list + problems;
}

void list_images_if_asked() {
  const char* const path = std::getenv("DRYDOCK_LIST_IMAGES");
  if (path != nullptr && *path != '\0') {
    std::exit(write_list(path, image_list()));
  }
}

}  // namespace drydock

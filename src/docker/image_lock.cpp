#include "docker/image_lock.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr const char* kTitle =
    "# Images and the digests that they stood for; written by `drydock pull --update`.";

std::string normal(const std::string& image) {
  return ImageReference::parse(image).to_string();
}

[[noreturn]] void refuse(const std::string& path, std::size_t number, const std::string& fault) {
  throw InvalidArgumentError(
      fmt::format("{}:{}: {}; a line is 'IMAGE DIGEST', such as 'redis:7 sha256:...'", path, number, fault),
      {.operation = "image lock", .resource = path});
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string spaced{line};
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  for (std::string& word : text::split(spaced, ' ')) {
    if (!word.empty()) {
      words.push_back(std::move(word));
    }
  }
  return words;
}

// A digest is checked by the grammar of references.
void check_pair(const ImageReference& image, const std::string& digest) {
  if (!image.digest.empty()) {
    throw InvalidArgumentError("the image has a digest of its own, and needs no line");
  }
  static_cast<void>(ImageReference::parse(image.name() + "@" + digest));
}

}  // namespace

ImageLock ImageLock::parse(std::string_view text, const std::string& path) {
  ImageLock lock;
  if (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  std::size_t number = 0;
  for (const std::string& raw : text::split(text, '\n')) {
    ++number;
    const std::string_view line = text::trim(raw);
    if (line.empty() || line.front() == '#') {
      lock.lines_.push_back({.text = std::string{line}});
      continue;
    }
    const std::vector<std::string> words = words_of(line);
    if (words.size() != 2) {
      refuse(path, number, fmt::format("'{}' is no pair", text::printable(line)));
    }
    try {
      const ImageReference image = ImageReference::parse(words[0]);
      check_pair(image, words[1]);
      if (lock.find(image.to_string()) != nullptr) {
        refuse(path, number, fmt::format("'{}' stands twice", words[0]));
      }
      lock.lines_.push_back({.image = image.to_string(), .digest = words[1]});
    } catch (const InvalidArgumentError& error) {
      if (error.operation() == "image lock") {
        throw;
      }
      refuse(path, number, error.what());
    }
  }
  return lock;
}

ImageLock ImageLock::read(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw InvalidArgumentError(
        fmt::format(
            "the lock file '{}' cannot be read; write it by `drydock pull --lock {} --update IMAGE...`", path,
            text::shell_quote(path)),
        {.operation = "image lock", .resource = path});
  }
  return parse(std::string(std::istreambuf_iterator<char>{file}, {}), path);
}

const ImageLock::Line* ImageLock::find(const std::string& image) const {
  const auto found =
      std::find_if(lines_.begin(), lines_.end(), [&image](const Line& line) { return line.image == image; });
  return found == lines_.end() ? nullptr : &*found;
}

std::optional<std::string> ImageLock::digest_of(const std::string& image) const {
  const Line* const line = find(normal(image));
  return line == nullptr ? std::nullopt : std::optional{line->digest};
}

void ImageLock::pin(const std::string& image, const std::string& digest) {
  const std::string name = normal(image);
  check_pair(ImageReference::parse(image), digest);
  if (lines_.empty()) {
    lines_.push_back({.text = kTitle});
  }
  const auto found =
      std::find_if(lines_.begin(), lines_.end(), [&name](const Line& line) { return line.image == name; });
  (found == lines_.end() ? lines_.emplace_back(Line{.image = name}) : *found).digest = digest;
}

std::vector<std::string> ImageLock::images() const {
  std::vector<std::string> all;
  for (const Line& line : lines_) {
    if (!line.image.empty()) {
      all.push_back(line.image);
    }
  }
  return all;
}

std::string ImageLock::to_text() const {
  std::string out;
  for (const Line& line : lines_) {
    out += (line.image.empty() ? line.text : line.image + " " + line.digest) + "\n";
  }
  return out;
}

void ImageLock::write(const std::string& path) const {
  const std::string next = fmt::format("{}.{}.new", path, ::getpid());
  std::ofstream file{next, std::ios::binary | std::ios::trunc};
  file << to_text();
  file.close();
  if (!file || std::rename(next.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(next.c_str());
    throw std::system_error(reason, std::generic_category(), "cannot write the lock file '" + path + "'");
  }
}

}  // namespace drydock

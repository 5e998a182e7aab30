#include "container/image_map.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sys/stat.h>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

#include "base/per_process.h"
#include "base/text.h"
#include "docker/docker_hub.h"

namespace drydock {
namespace {

constexpr std::string_view kOfficial = "library/";

ErrorContext context(const std::string& path) {
  return {.operation = "image map", .resource = path};
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t begin = line.find_first_not_of(" \t"); begin != std::string_view::npos;
       begin = line.find_first_not_of(" \t", begin)) {
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.emplace_back(line.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

// Removes a '*' at the end. Returns whether there was one; throws for one in another place.
bool take_star(std::string& word) {
  const std::size_t star = word.find('*');
  if (star == std::string::npos) {
    return false;
  }
  if (star + 1 != word.size()) {
    throw InvalidArgumentError(fmt::format("'{}' has a '*' before its end", text::printable(word)));
  }
  word.pop_back();
  return true;
}

// Throws when no reference begins so.
void check_begin(const std::string& begin) {
  if (begin.find('@') == std::string::npos) {
    static_cast<void>(ImageReference::parse(begin + "x"));
  }
}

// What tells one state of a file from another.
using Stamp = std::tuple<dev_t, ino_t, off_t, std::int64_t, std::int64_t>;

Stamp stamp_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    throw InvalidArgumentError(
        fmt::format("DRYDOCK_IMAGE_MAP is '{}', which cannot be read: {}; correct or unset it",
                    text::printable(path), std::generic_category().message(errno)),
        context(path));
  }
  if (S_ISDIR(found.st_mode)) {
    throw InvalidArgumentError(
        fmt::format("DRYDOCK_IMAGE_MAP is '{}', which is a directory; name a file", text::printable(path)),
        context(path));
  }
  return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

std::string text_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file) {
    throw InvalidArgumentError(
        fmt::format("DRYDOCK_IMAGE_MAP is '{}', which cannot be read; name a file that this user may read",
                    text::printable(path)),
        context(path));
  }
  return text;
}

// The file that was read last.
struct Cache {
  explicit Cache(const Cache* /*inherited*/) {}

  std::mutex mutex;
  std::string path;
  Stamp stamp{};
  std::shared_ptr<const ImageMap> map;
};

PerProcess<Cache> cache;

}  // namespace

ImageMap::Rule ImageMap::parse_rule(const std::string& pattern, const std::string& replacement) {
  Rule rule{.pattern = pattern, .replacement = replacement};
  rule.is_prefix = take_star(rule.pattern);
  rule.carries = take_star(rule.replacement);
  if (rule.carries && !rule.is_prefix) {
    throw InvalidArgumentError("the replacement has a '*', and the pattern has none for it to stand for");
  }
  if (rule.carries) {
    check_begin(rule.replacement);
  } else {
    static_cast<void>(ImageReference::parse(rule.replacement));
  }
  if (!rule.is_prefix) {
    rule.pattern = short_form(ImageReference::parse(rule.pattern));
    return rule;
  }
  check_begin(rule.pattern);
  std::string_view begin = without_hub_host(rule.pattern);
  rule.is_official = begin.starts_with(kOfficial);
  rule.is_hub = rule.is_official || begin.size() != rule.pattern.size();
  rule.pattern = std::string{begin.substr(rule.is_official ? kOfficial.size() : 0)};
  return rule;
}

ImageMap ImageMap::parse(std::string_view text, const std::string& path) {
  ImageMap map;
  std::size_t number = 0;
  for (const std::string& raw : text::split(text, '\n')) {
    ++number;
    const std::string_view line = text::trim(std::string_view{raw}.substr(0, raw.find('#')));
    if (line.empty()) {
      continue;
    }
    try {
      const std::vector<std::string> words = words_of(line);
      if (words.size() != 2) {
        throw InvalidArgumentError(fmt::format("it has {} words", words.size()));
      }
      map.rules_.push_back(parse_rule(words[0], words[1]));
      map.rules_.back().line = number;
    } catch (const InvalidArgumentError& error) {
      throw InvalidArgumentError(
          fmt::format("{}:{}: '{}': {}; a line is 'PATTERN REPLACEMENT', such as 'postgres:17 "
                      "mirror.example/pg:17' or 'postgres:* mirror.example/pg:*'",
                      path, number, text::printable(line), error.what()),
          context(path));
    }
  }
  return map;
}

std::optional<ImageMap::Hit> ImageMap::find(const std::string& image) const {
  const ImageReference reference = ImageReference::parse(image);
  const std::string name = short_form(reference);
  const bool is_hub = is_of_hub(reference);
  const bool is_official = is_hub && name.find('/') == std::string::npos;
  for (const Rule& rule : rules_) {
    const bool matches = rule.is_prefix ? name.starts_with(rule.pattern) : name == rule.pattern;
    if (matches && (is_hub || !rule.is_hub) && (is_official || !rule.is_official)) {
      return Hit{.image = rule.replacement + (rule.carries ? name.substr(rule.pattern.size()) : ""),
                 .line = rule.line};
    }
  }
  return std::nullopt;
}

std::shared_ptr<const ImageMap> image_map_in(const std::string& path) {
  const Stamp stamp = stamp_of(path);
  Cache& last = cache.get();
  const std::lock_guard lock{last.mutex};
  if (!last.map || last.path != path || last.stamp != stamp) {
    last.map = std::make_shared<const ImageMap>(ImageMap::parse(text_of(path), path));
    last.path = path;
    last.stamp = stamp;
  }
  return last.map;
}

}  // namespace drydock

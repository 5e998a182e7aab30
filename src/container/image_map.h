// The file of DRYDOCK_IMAGE_MAP: which image is taken in the place of which. Text, one "PATTERN REPLACEMENT"
// a line; what follows '#', and empty lines, are for people. A value.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

class ImageMap {
 public:
  struct Hit {
    std::string image{};
    std::size_t line{0};
  };

  ImageMap() = default;
  /// Throws InvalidArgumentError naming `path`, the line's number and its text.
  static ImageMap parse(std::string_view text, const std::string& path);

  /// Returns what the first pattern that matches gives; empty when none does. `image` must be a reference.
  /// A pattern is a whole reference, where "redis", "redis:latest" and "docker.io/library/redis" are one, or
  /// the begin of one with a '*' behind it; a replacement that ends in '*' gets what that stood for.
  [[nodiscard]] std::optional<Hit> find(const std::string& image) const;
  [[nodiscard]] std::size_t size() const noexcept { return rules_.size(); }

 private:
  struct Rule {
    std::string pattern{};      // short form; without the '*'
    bool is_prefix{false};      // the pattern had a '*'
    bool is_hub{false};         // only images of Docker Hub
    bool is_official{false};    // only its official ones, which have no user's name
    std::string replacement{};  // without the '*'
    bool carries{false};        // the replacement had a '*'
    std::size_t line{0};
  };
  static Rule parse_rule(const std::string& pattern, const std::string& replacement);

  std::vector<Rule> rules_{};
};

/// Returns the map in a file, which is read again only when it has changed. Throws InvalidArgumentError like
/// ImageMap::parse(), and when there is no such file. Thread-safe.
[[nodiscard]] std::shared_ptr<const ImageMap> image_map_in(const std::string& path);

}  // namespace drydock

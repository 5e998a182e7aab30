// The file that pins images: which digest each reference stood for when the file was written. Text, one
// "IMAGE DIGEST" pair a line; what follows '#' at a line's begin, and empty lines, are for people. A value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

class ImageLock {
 public:
  ImageLock() = default;
  /// Throws InvalidArgumentError naming `path` and the line: no pair, no reference, no digest, an image with
  /// a digest of its own, an image that stands twice.
  static ImageLock parse(std::string_view text, const std::string& path);
  /// Reads a file; throws like parse(), and when there is none.
  static ImageLock read(const std::string& path);

  /// Returns the digest, "sha256:...", of a reference; "redis" and "redis:latest" are the same one.
  [[nodiscard]] std::optional<std::string> digest_of(const std::string& image) const;
  /// Pins an image: its line stays where it is, a new one is added at the end.
  void pin(const std::string& image, const std::string& digest);
  /// Returns the images in the order of the file.
  [[nodiscard]] std::vector<std::string> images() const;

  /// Returns the file's text, comments and all; a new file begins with one that says what it is.
  [[nodiscard]] std::string to_text() const;
  /// Writes the file whole or not at all, by a rename. Throws std::system_error.
  void write(const std::string& path) const;

 private:
  struct Line {
    std::string text{};   // of a line for people
    std::string image{};  // normal form; empty: a line for people
    std::string digest{};
  };
  [[nodiscard]] const Line* find(const std::string& image) const;

  std::vector<Line> lines_{};
};

}  // namespace drydock

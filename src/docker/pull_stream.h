// Reads a pull's progress stream: JSON documents, one a line, in pieces of any size. Pure: no I/O. Not
// thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "drydock/docker/images.h"

#include "docker/json.h"

namespace drydock {

class PullStream {
 public:
  /// `on_progress` may be empty; it is called for each line that is no error.
  explicit PullStream(std::function<void(const PullProgress&)> on_progress)
      : on_progress_(std::move(on_progress)) {}

  /// Takes the next bytes. Returns false after an error line; what follows is of no use. Throws ProtocolError
  /// for a line that is no JSON object, or is longer than 1 MiB.
  bool feed(std::string_view bytes);
  /// Takes a last line that has no end. Returns as feed() does.
  bool finish();

  /// Returns the engine's text of the error line, empty when there was none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  void take_line(std::string_view line);

  std::function<void(const PullProgress&)> on_progress_;
  std::string partial_{};
  std::string error_{};
};

}  // namespace drydock

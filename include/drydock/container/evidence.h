// What is known of a container that has to do with a failure: read while it still exists, shown where the
// failure is shown.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "drydock/base/error.h"
#include "drydock/docker/container_types.h"

namespace drydock {

struct Evidence {
  ContainerId id{};
  std::string name{}, image{};
  /// The exact version of the image: "repository@sha256:...", or, where no registry has it, its id.
  std::string image_digest{};
  ContainerState state{};
  std::vector<PublishedPort> ports{};
  std::string log_tail{};    ///< the last lines, of this test where the test's start is known
  bool log_is_older{false};  ///< no line came since the test began: these came before it
  std::string log_file{};    ///< where the full log was saved; empty when it was not
  std::string run_line{};    ///< a `docker run` line that starts the same thing by hand
  std::string problem{};     ///< what of this could not be read, and why
  SourceLocation where{};    ///< where the container was made

  /// Returns a block of text for people, each line indented by two spaces.
  [[nodiscard]] std::string to_text() const;
};

/// A container died or did not become ready. The message carries the evidence's text.
class ContainerStartError : public Error {
 public:
  ContainerStartError(ErrorCode code, const std::string& message, Evidence evidence,
                      ErrorContext context = {})
      : Error(code, message, std::move(context)), evidence_(std::move(evidence)) {}
  [[nodiscard]] const Evidence& evidence() const noexcept { return evidence_; }

 private:
  Evidence evidence_;
};

}  // namespace drydock

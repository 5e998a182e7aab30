// The Engine API's images, and image references.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/docker/types.h"

namespace drydock {

class EngineLink;

/// A parsed image reference: `[registry/]repository[:tag][@digest]`, after the distribution reference
/// grammar.
struct ImageReference {
  std::string registry{};    ///< "localhost:5000"; empty: the engine's default
  std::string repository{};  ///< "library/redis"
  std::string tag{};         ///< empty when there is a digest and no tag; else "latest" by default
  std::string digest{};      ///< "sha256:..." or empty

  /// Throws InvalidArgumentError naming the text and what is wrong with it.
  static ImageReference parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  /// Returns registry and repository, without tag and digest.
  [[nodiscard]] std::string name() const;
  friend bool operator==(const ImageReference&, const ImageReference&) = default;
};

struct ImageDetails {
  std::string id{};
  std::vector<std::string> tags{}, digests{};
  std::string os{}, architecture{}, created{};
  std::int64_t size_bytes{0};
  std::vector<std::string> command{}, entrypoint{}, env{}, exposed_ports{};
  std::string user{}, working_dir{};
  bool has_healthcheck{false};
  Labels labels{};
  std::string last_tagged{};  ///< RFC 3339, when a tag was last given; empty when the engine does not say
  std::string json{};         ///< the whole answer, for what has no field here
};

struct ImageSummary {
  std::string id{};
  std::vector<std::string> tags{}, digests{};
  std::int64_t size_bytes{0}, created{0};
  Labels labels{};
};

/// A line of a pull's progress stream.
struct PullProgress {
  std::string layer{};                ///< short layer id; empty for lines about the whole image
  std::string status{};               ///< "Downloading", "Pull complete", ...
  std::int64_t current{0}, total{0};  ///< bytes; 0 when not said
};

struct PullOptions {
  std::string platform{};
  std::function<void(const PullProgress&)> on_progress{};
};

struct CommitOptions {
  std::string reference{};  ///< name of the new image; empty: it has none but its id
  std::string comment{}, author{};
  std::vector<std::string> changes{};  ///< Dockerfile instructions that change the image's configuration
  bool pause{true};                    ///< stop the container's processes meanwhile
};

class Images {
 public:
  explicit Images(std::shared_ptr<EngineLink> link) : link_(std::move(link)) {}

  [[nodiscard]] ImageDetails inspect(const std::string& reference, Deadline deadline = {}) const;
  [[nodiscard]] std::optional<ImageDetails> find(const std::string& reference, Deadline deadline = {}) const;
  /// `labels` filter as in ContainerFilter; `reference` is a pattern such as "redis:*".
  [[nodiscard]] std::vector<ImageSummary> list(const std::vector<std::string>& labels = {},
                                               const std::string& reference = {},
                                               Deadline deadline = {}) const;
  /// Pulls by `POST /images/create`; the stream's error lines become errors. Throws EngineError: RateLimited,
  /// Unauthorized, NotFound (manifest unknown), PullFailed.
  void pull(const std::string& reference, const PullOptions& options = {}, Deadline deadline = {}) const;
  void tag(const std::string& reference, const std::string& new_reference, Deadline deadline = {}) const;
  /// Makes an image of a container's file system, without its volumes, and returns the image's id. The
  /// container's environment, command and labels become the image's, unless `changes` say otherwise, and
  /// Docker before 25 keeps what they were in the image's ContainerConfig. `POST /commit`.
  std::string commit(const std::string& container, const CommitOptions& options = {},
                     Deadline deadline = {}) const;
  /// Loads images from an archive as `docker save` writes it. Throws EngineError when the engine refuses it,
  /// be it within the progress stream. `POST /images/load`.
  void load(std::string tar, Deadline deadline = {}) const;
  /// Returns false when there is no such image. Throws EngineError Conflict when a container uses it.
  bool remove(const std::string& reference, bool force = false, Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock

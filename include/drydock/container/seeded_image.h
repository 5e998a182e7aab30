// Images that are prepared once and used by many runs: a base image with files copied in and commands run.
//
//   const std::string image = seeded_image(client, {.base = "postgres:16", .commands = {{"psql", "-f",
//   "/seed.sql"}},
//                                                   ...});
//   const TestContainer db{{.image = image, ...}};
//
// An image's name is "drydock-seed:HASH", with a hash (SHA-256) of the base image's id, the files, the
// environment and all commands: what is prepared in the same way is the same image, for every run and
// process. The images belong to no session, so that no sweep removes them. They carry the labels
// drydock.seed=HASH, drydock.created and drydock.seed.max_age, and are removed by age.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

namespace drydock {

struct SeedSpec {
  std::string base{};                     ///< image reference; pulled when the engine does not have it
  std::vector<File> files{};              ///< copied in before the container starts
  std::vector<std::string> entrypoint{};  ///< empty: the image's
  /// What runs while the commands do; empty: the image's own. It must not end by itself before them.
  std::vector<std::string> command{};
  std::vector<wait::Condition> ready{};              ///< before the first command; not part of the hash
  std::vector<std::vector<std::string>> commands{};  ///< run one after another; each must exit with 0
  std::map<std::string, std::string> env{};          ///< of the preparation; hashed, but not in the image
  std::string user{};                                ///< of the commands; empty: the image's
  std::chrono::milliseconds timeout{std::chrono::minutes{10}};  ///< whole, a pull apart
  std::chrono::seconds stop_grace{10};  ///< for the main process to write out before the image is made
  std::chrono::seconds max_age{std::chrono::hours{24 * 7}};  ///< unused for longer: removed
};

/// Returns the reference of the prepared image; prepares it when the engine does not have it yet. Of the
/// container only the file system is in the image, as with Snapshot: volumes that the base image declares are
/// not (give the service another data directory, by an environment variable of its own).
///
/// When several threads or processes ask for the same image at once, one prepares and the others wait: the
/// name of the preparing container is the lock. It is owned by the preparing session, and removed with it
/// should that be killed. Each call notes the use, by giving the tag again: the engine keeps the time. A call
/// that prepares removes the images whose own max_age has passed since their last use.
///
/// Throws InvalidArgumentError for a spec that cannot work, EngineError like a pull; ContainerStartError with
/// the code CommandFailed when a command fails, with its output and the container's evidence; TimeoutError.
/// Nothing is then left behind.
[[nodiscard]] std::string seeded_image(const Client& client, const SeedSpec& spec);

/// Removes the seeded images that were last used more than `unused_for` ago; 0: all. One that a container
/// uses, running or not, stays. Returns how many were removed.
std::size_t remove_seeded_images(const Client& client, std::chrono::milliseconds unused_for);

}  // namespace drydock

// Ways back to a clean container: the policies of TestContainer::reset(), and reset_container() for a
// container that is known by its name only. Values; reset_container() is thread-safe for different names.
//
//   box.reset(reset::Recreate{});
//   box.reset(reset::Exec{.argv = {"psql", "-c", "truncate orders"}});
//
// What each policy brings back (yes), leaves as the test left it (no):
//
//                          Recreate   Restart   Exec           FromSnapshot
//   file system            image's    no        the command's  the snapshot's
//   anonymous volumes      new        no        the command's  new
//   named volumes          no         no        the command's  those given; the others no
//   tmpfs                  empty      empty     the command's  empty
//   processes, memory      new        new       the command's  new
//   network address        may differ may differ  kept         may differ
//   ephemeral host ports   differ     differ    kept           differ
//   id                     differs    kept      kept           differs
//
// With ContainerSpec::standing_network address and host ports are kept by all of them; see docs/reset.md.
#pragma once

#include <chrono>
#include <concepts>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "drydock/base/source_location.h"
#include "drydock/container/test_container.h"
#include "drydock/container/volume_snapshot.h"

namespace drydock {

namespace reset {

/// Removes the container with its anonymous volumes and makes it again from the spec of its construction,
/// under the same name: image, files and conditions are as then. Restores the file system, anonymous volumes,
/// tmpfs, processes and memory. Does not restore named volumes and bind mounts, which it does not touch. The
/// id, the network address and ephemeral host ports change. The image is not pulled again.
struct Recreate {};

/// Stops the container's processes and starts the same container again. Restores processes, memory and tmpfs.
/// Does not restore the file system, anonymous or named volumes: they stay as the test left them. The id
/// stays; the network address and ephemeral host ports may change. Starts a container that had ended, too.
struct Restart {
  std::chrono::seconds grace{10};  ///< between the stop signal and SIGKILL; 0: killed at once
};

/// Runs a clean-up command in the running container; an exit code other than 0 is a ContainerStartError with
/// code CommandFailed, with the command's output in the message. Restores what the command restores and
/// nothing else; processes, memory, network address and ports stay. Fails on a container that has ended.
struct Exec {
  std::vector<std::string> argv{};
  ExecOptions options{};
};

/// Removes the container with its anonymous volumes and makes it again, under the same name, from an image
/// that Snapshot or seeded_image() made, with the contents of the given named volumes put back. Restores the
/// file system to what it was at the snapshot, the given volumes, tmpfs (to empty), processes and memory (to
/// a new start: a snapshot holds no processes). Does not restore other named volumes and bind mounts;
/// anonymous volumes begin anew. ContainerSpec::files are not copied in again, for the snapshot has them. The
/// id, the network address and ephemeral host ports change.
struct FromSnapshot {
  std::string image{};                    ///< empty: the spec's own, with its files
  std::vector<VolumeSnapshot> volumes{};  ///< must be in use by no other container
};

}  // namespace reset

/// One policy of any of the kinds above.
struct Reset {
  using Policies = std::variant<reset::Recreate, reset::Restart, reset::Exec, reset::FromSnapshot>;

  template <typename Policy>
  requires std::constructible_from<Policies, Policy> Reset(Policy value)
      : policy(std::move(value)) {}  // NOLINT(google-explicit-constructor)

  Policies policy;
};

/// Removes the container of this name, whoever made it, if there is one, and starts a new one from `spec`,
/// whose name is replaced. The old one is asked to stop, has 10 s for it, and is then removed by force with
/// its anonymous volumes, stopped or not. The new one must be running in the end. A spec that cannot work is
/// refused before anything is sent. Throws like TestContainer's constructor; whatever throws, nothing of the
/// new container is left behind. Blocks at most 10 s longer than four requests and the constructor.
TestContainer reset_container(const Client& client, const std::string& name, ContainerSpec spec,
                              SourceLocation where = SourceLocation::current());

}  // namespace drydock

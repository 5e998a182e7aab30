// The guard: owns one container, which is started and ready when the constructor returns and gone when the
// destructor has run. One that shared_container() or attach() returns borrows its container instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drydock/base/source_location.h"
#include "drydock/container/exec.h"
#include "drydock/container/shell.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

namespace drydock {

class ContainerGuard;
class Snapshot;
struct Reset;
struct SnapshotOptions;

/// Owns a container. Move-only; one thread at a time for the members that change its state, any number for
/// the others.
///
/// Removal happens in the destructor, in std::exit, and in no process but the one that made it: a forked
/// child's copy does nothing. The destructor never throws; what it cannot do it reports through the log. A
/// process that is killed has a watchdog, which removes what it left within 2 s; see docs/leaks.md.
///
/// A guard that borrows never removes its container: what ends it gives the container back. The members that
/// would disturb others (stop, start, restart, pause, unpause, kill, reset) throw InvalidArgumentError unless
/// the container is held exclusively, and remove() always does.
class [[nodiscard]] TestContainer {
 public:
  /// Creates (pulling when the policy says so), starts and awaits the container. Throws InvalidArgumentError
  /// with every fault of the spec; EngineError for the engine's refusals; ContainerStartError when it died or
  /// did not become ready, with its evidence in the message. Whatever throws, nothing is left behind. Blocks
  /// at most spec.start_timeout (with DRYDOCK_MAX_CONTAINERS twice) + spec.ready_timeout + a pull's time.
  explicit TestContainer(ContainerSpec spec, Client client = Client::from_environment(),
                         SourceLocation where = SourceLocation::current());
  TestContainer(TestContainer&&) noexcept = default;
  TestContainer& operator=(TestContainer&&) noexcept;
  TestContainer(const TestContainer&) = delete;
  TestContainer& operator=(const TestContainer&) = delete;
  ~TestContainer();

  [[nodiscard]] const ContainerId& id() const;
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const ContainerSpec& spec() const;
  [[nodiscard]] const Client& client() const;

  /// Returns the host at which published ports are reached.
  [[nodiscard]] std::string host() const;
  /// Returns the host port of a published container port. Throws InvalidArgumentError naming the published
  /// ones.
  [[nodiscard]] std::uint16_t host_port(const Port& port) const;
  /// Returns "host:port" of a published container port.
  [[nodiscard]] std::string address(const Port& port) const;

  /// Runs a command; see run_exec(). With ExecMode::Fast through a standing shell of the guard's, where that
  /// can run it.
  ExecResult exec(const std::vector<std::string>& argv, const ExecOptions& options = {}) const;
  /// Runs a script by the container's `sh -c`.
  ExecResult sh(const std::string& script, const ExecOptions& options = {}) const;
  /// Starts a shell that stays, for commands of a few milliseconds each; see container/shell.h. It follows
  /// this guard's container through a reset. Throws Error CommandNotStarted when the image has no `sh` or no
  /// `cat`, and what exec() throws. Blocks at most 60 s.
  [[nodiscard]] Shell shell() const;
  std::string exec_detached(const std::vector<std::string>& argv, const ExecOptions& options = {}) const;

  [[nodiscard]] ContainerDetails inspect() const;
  [[nodiscard]] Logs logs(LogOptions options = {}) const;
  /// Follows the log; see Containers::follow_logs().
  bool follow_logs(const LogSink& sink, LogOptions options = {}, Deadline deadline = {}) const;
  /// Waits for a further condition; throws ContainerStartError like the constructor.
  void wait_for(const wait::Condition& condition,
                std::chrono::milliseconds timeout = std::chrono::seconds{60}) const;
  /// Waits for the container to end by itself and returns its exit code. Throws TimeoutError.
  int wait_exit(std::chrono::milliseconds timeout = std::chrono::seconds{60}) const;

  bool stop(std::chrono::seconds grace = std::chrono::seconds{10});
  /// Starts it again after stop(), and waits until it is ready. Ephemeral host ports may differ afterwards.
  void start();
  void restart(std::chrono::seconds grace = std::chrono::seconds{10});
  void pause();
  void unpause();
  void kill(const std::string& signal = "SIGKILL");

  /// Brings it back to a clean state by one of the policies of container/reset.h, which say what they
  /// restore, and waits until it is ready. This object stays; id(), ephemeral host ports and addresses may
  /// change, and references to id(), name() and spec() end. When it fails the error holds the evidence, and
  /// the container is removed.
  void reset(const Reset& policy);
  /// Makes an image of its file system to start others from; see container/snapshot.h.
  [[nodiscard]] Snapshot snapshot() const;
  [[nodiscard]] Snapshot snapshot(const SnapshotOptions& options) const;
  /// Names what a test dirtied: returns what differs from the image by now, without the rows of `except`,
  /// which are what changes() returned before. A file that had been changed before is not named again. What
  /// lies in volumes and tmpfs mounts is not seen. One request.
  [[nodiscard]] std::vector<FileChange> changes(const std::vector<FileChange>& except = {}) const;

  /// Removes it now; returns false when it was gone already. Unlike the destructor it throws when it cannot,
  /// and InvalidArgumentError in a process that did not make it.
  bool remove();
  /// Gives up ownership: no guard removes it any more. It goes after the program's end, unless spec.keep.
  ContainerId release() &&;

 private:
  friend class GuardAccess;

  explicit TestContainer(std::shared_ptr<ContainerGuard> guard) noexcept;

  /// Throws InvalidArgumentError when this was moved from or released.
  [[nodiscard]] ContainerGuard& guard() const;

  std::shared_ptr<ContainerGuard> guard_;
};

/// Creates a container from `spec` without starting or guarding it: the caller removes it. What is still
/// there goes after the program's end, unless spec.keep. Pulls by the spec's policy.
ContainerId create_container(const Client& client, ContainerSpec spec);

}  // namespace drydock

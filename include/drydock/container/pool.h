// A pool of containers that are ready before they are asked for. A test borrows one, and what costs time
// (starting, cleaning up, removing) happens on the pool's own threads.
//
//   ContainerPool pool({.image = "redis:7", .ready = {...}},
//                      {.size = 4, .on_return = OnReturn::Reset, .reset_command = {"redis-cli",
//                      "flushall"}});
//   ContainerPool::Lease redis = pool.acquire();
//   redis->exec({"redis-cli", "ping"});
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/container/test_container.h"

namespace drydock {

class PoolState;
struct PoolMember;

/// What becomes of a container whose lease has ended.
enum class OnReturn {
  /// It is removed and another one started: nothing of the last user is left. With
  /// ContainerSpec::standing_network the other one has its address, and comes sooner.
  Replace,
  Reset,  ///< it is cleaned up by PoolOptions::reset_command or reset; what these do not undo stays
  Reuse,  ///< it is handed out again as it is: for containers that their users leave clean
};

struct PoolOptions {
  std::size_t size{4};       ///< containers that are kept ready, beside those on lease
  std::size_t max_total{0};  ///< bound on all that exist at a time, on lease or not; 0: twice the size
  /// Bytes; bound on the memory that all of them may take together, on lease or not: so many exist at a time
  /// as fit in by the spec's resources.memory_bytes, which must be set and which create_patch_json must not
  /// change, and never more than max_total. Not counted: swap, and the anchor of a standing network. 0: no
  /// bound.
  std::int64_t max_memory_bytes{0};
  OnReturn on_return{OnReturn::Replace};
  /// Reset: is run in the container by an exec. An exit code other than 0 has the container replaced.
  std::vector<std::string> reset_command{};
  /// Reset: or this is called, on a thread of the pool. What it throws has the container replaced.
  std::function<void(TestContainer&)> reset{};
  /// Is called on a thread of the pool after each start and each return that is no replacement; false, or
  /// what it throws, has the container replaced.
  std::function<bool(const TestContainer&)> check{};
  std::chrono::milliseconds reset_timeout{std::chrono::seconds{30}};  ///< whole, of reset_command
  std::size_t workers{2};  ///< threads that start, reset and remove
  /// Have the standing shell of ExecMode::Fast open when a container is handed out. The image needs `sh` and
  /// `cat`; without them no container becomes ready.
  bool shell{false};
};

/// The pool at one moment, and what it has done so far.
struct PoolStats {
  std::size_t ready{0}, leased{0}, starting{0};
  std::size_t returning{0};  ///< wait for, or are in, their reset
  std::size_t removing{0};   ///< wait for, or are in, their removal
  std::size_t waiting{0};    ///< calls of acquire() that wait
  std::uint64_t handed_out{0};
  std::uint64_t waits{0};   ///< of those handed out: not at once
  std::uint64_t made{0};    ///< containers started
  std::uint64_t broken{0};  ///< quarantined: dead, not to be reset, or not passing the check
  std::uint64_t start_failures{0};
  [[nodiscard]] std::size_t total() const noexcept {
    return ready + leased + starting + returning + removing;
  }
};

/// Thread-safe. Its threads take no signals. A forked child's copy does nothing, and acquire() there throws
/// InvalidArgumentError.
///
/// A container whose process has ended is never handed out: on an engine of this machine the kernel is asked
/// (a pidfd of its first process, no request), elsewhere the engine (one inspect). It is put in quarantine:
/// its evidence goes to the log, it is removed and replaced.
class ContainerPool {
 public:
  /// A borrowed container. Move-only; gives it back in its destructor, which takes no time. One that outlives
  /// its pool removes the container instead. When it dies by an exception while a test runs, the container's
  /// evidence is kept for the failure's report first.
  class [[nodiscard]] Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    /// Returns the container; it must not be used after the lease. One that was removed, released or moved
    /// from here is replaced in the pool. Throws InvalidArgumentError when this lease was moved from or given
    /// back.
    [[nodiscard]] TestContainer& container() const;
    TestContainer* operator->() const { return &container(); }
    TestContainer& operator*() const { return container(); }

    /// Ends the lease before its destructor does.
    void give_back() noexcept;

   private:
    friend class ContainerPool;
    Lease(std::shared_ptr<PoolState> pool, std::unique_ptr<PoolMember> member);

    std::shared_ptr<PoolState> pool_;
    std::unique_ptr<PoolMember> member_;
    int exceptions_at_construction_;
  };

  /// Begins to start containers and returns at once; see wait_ready(). Throws InvalidArgumentError with every
  /// fault of `spec` (a name or a fixed host port cannot be shared by several) and `options`;
  /// EngineUnavailableError.
  explicit ContainerPool(ContainerSpec spec, PoolOptions options = {},
                         Client client = Client::from_environment(),
                         SourceLocation where = SourceLocation::current());
  ContainerPool(const ContainerPool&) = delete;
  ContainerPool& operator=(const ContainerPool&) = delete;
  /// Removes all that is not on lease. Waits for starts that are going on, so it blocks as long as one start
  /// at most. Calls of acquire() that wait throw.
  ~ContainerPool();

  /// Returns a ready container, first come first served. Throws TimeoutError with the pool's state at the
  /// deadline, by default after 60 s; what a container's start threw, when three starts in a row have failed
  /// and the pool holds no container; InvalidArgumentError in another process than the pool's.
  [[nodiscard]] Lease acquire(Deadline deadline = {});

  /// Waits until PoolOptions::size containers are ready. Throws like acquire().
  void wait_ready(Deadline deadline = {});

  [[nodiscard]] PoolStats stats() const;

 private:
  std::shared_ptr<PoolState> state_;
};

}  // namespace drydock

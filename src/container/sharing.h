// The protocol by which the processes of a run get one container: the engine's names are the lock, for of
// several creates under one name one succeeds. Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "drydock/base/deadline.h"
#include "drydock/base/source_location.h"
#include "drydock/container/test_container.h"

#include "container/container_guard.h"
#include "container/run.h"

namespace drydock {

/// What is shared.
struct Shared {
  ContainerSpec spec{};
  Client client;
  Run run{};
  std::string image_id{};  ///< of spec.image at the engine
  std::string key{};       ///< by shared_key()
  std::string name{};      ///< by shared_name()
  SourceLocation where{};
};

struct SharedGuard {
  TestContainer container;
  bool is_new{false};  ///< this call has made it
};

/// On what terms the caller has the container; see Loan.
struct SharedUse {
  bool exclusive{false};
  std::shared_ptr<void> hold{};
};

class Sharing {
 public:
  explicit Sharing(Shared what) : what_(std::move(what)) {}

  /// Returns the run's container, ready: the one that stands, or one that is made now. The caller holds its
  /// use.
  [[nodiscard]] SharedGuard get(const SharedUse& use) const;

  /// Returns whether the container stands and was made longer ago than `age`; false for an age of 0.
  [[nodiscard]] bool is_older(std::chrono::seconds age) const;
  /// Removes it then. The caller must be alone.
  void remove_if_older(std::chrono::seconds age) const;
  /// Removes the container of this id: nobody else's, for ids are never used again.
  void remove(const ContainerId& id) const;
  void remove_quietly(const ContainerId& id) const noexcept;

  /// Returns by when the use must be free.
  [[nodiscard]] Deadline use_deadline() const { return Deadline::in(what_.spec.start_timeout); }

 private:
  class Search;

  [[nodiscard]] SharedGuard make(const SharedUse& use) const;
  [[nodiscard]] TestContainer attach(const ContainerDetails& found, const SharedUse& use) const;
  [[nodiscard]] Loan loan(const SharedUse& use) const;
  [[nodiscard]] std::optional<ContainerDetails> find(Deadline deadline = {}) const;
  void require_the_same(const ContainerDetails& found) const;

  const Shared what_;
};

}  // namespace drydock

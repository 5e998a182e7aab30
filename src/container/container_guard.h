// The owning half of a TestContainer: the created container, what it was made from, what was last seen of it,
// and its evidence. See test_container.h for the public half and bring_up.h for the way to readiness.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "drydock/base/source_location.h"
#include "drydock/container/evidence.h"
#include "drydock/container/spec.h"

#include "container/anchor.h"
#include "container/container_slot.h"
#include "container/owned_object.h"
#include "container/shell_target.h"
#include "container/standing_shell.h"

namespace drydock {

struct ContainerIdentity {
  ContainerId id{};
  std::string name{}, nonce{};
  bool kept{false};  ///< labelled so
};

/// On what terms a container is used that somebody else removes.
struct Loan {
  std::string lender{"somebody else"};  ///< whose it is, for messages: "the service 'pg'"
  bool exclusive{false};                ///< nobody else uses it meanwhile: it may be stopped and reset
  std::shared_ptr<void> hold{};         ///< let go of when the guard ends
};

/// Thread-safe.
class ContainerGuard final : public OwnedObject {
 public:
  /// `origin`: the spec that a reset goes back to, where this one was derived from it; null: this one.
  ContainerGuard(ContainerSpec spec, Client client, ContainerIdentity identity, SourceLocation where,
                 std::shared_ptr<const ContainerSpec> origin = nullptr);
  /// A guard that borrows: whatever ends it, the container stays. Never with a lender that is empty.
  ContainerGuard(ContainerSpec spec, Client client, ContainerIdentity identity, SourceLocation where,
                 Loan loan);

  [[nodiscard]] const ContainerSpec& spec() const noexcept { return spec_; }
  /// Returns what the user asked for, before any reset.
  [[nodiscard]] std::shared_ptr<const ContainerSpec> origin() const;
  [[nodiscard]] const SourceLocation& where() const noexcept { return where_; }
  /// Returns name and short id, for messages.
  [[nodiscard]] std::string label() const;

  /// Asks the engine for the container's details; what its anchor holds, if there is one, is among them. One
  /// request.
  [[nodiscard]] ContainerDetails inspect(Deadline deadline = {}) const;
  /// Asks for the details and keeps them. One request.
  std::shared_ptr<const ContainerDetails> refresh(Deadline deadline = {});
  /// Returns the details that were last kept; null before the first start.
  [[nodiscard]] std::shared_ptr<const ContainerDetails> details() const;

  /// Reads the evidence now, whoever has seen it before.
  [[nodiscard]] Evidence read_evidence() const noexcept;
  /// Reads the evidence, but once for each test; empty before the first start, when there is none.
  [[nodiscard]] std::optional<Evidence> take_evidence() noexcept;
  /// Says whether take_evidence() gives any: not while the container waits in a pool, or for its removal.
  void set_reported(bool reported) noexcept { reported_ = reported; }
  /// Keeps the evidence for failure_evidence() when a test runs and more exceptions are under way than
  /// `exceptions_before`: the framework hears of the exception only when nobody uses the container any more.
  void keep_evidence_of_failure(int exceptions_before) noexcept;

  /// Counts the container among those that DRYDOCK_MAX_CONTAINERS bounds, until it is removed or kept; for
  /// the rest of the process when it is released.
  void set_slot(ContainerSlotPtr slot) noexcept;
  [[nodiscard]] ContainerSlotPtr slot() const;

  /// Runs a command through a shell of the guard's own, which is started when it is first needed.
  ExecResult run_fast(const std::vector<std::string>& argv, const ExecOptions& options);
  /// Starts that shell now. Throws what TestContainer::shell() throws.
  void open_shell(Deadline deadline);
  /// Returns what tells the shells of this guard's users where to stand.
  [[nodiscard]] std::shared_ptr<const ShellTarget> shell_target() const;
  /// Ends the guard's own shell, and has those of its users started anew: before the container is stopped.
  void end_shells() noexcept;
  /// Has the shells that stood in the container of `before` stand in this one, which takes its place.
  void take_over_shells(const ContainerGuard& before);

  /// Holds the anchor whose network the container has joined: removed after the container, kept and released
  /// with it.
  void set_anchor(AnchorPtr anchor) noexcept;
  [[nodiscard]] AnchorPtr anchor() const;

  /// Returns whether the container may be left for a look when its guard ends.
  [[nodiscard]] bool may_stay() const;

  /// Ends the guard's life: removes the container now, or behind the caller's back when the spec says so. A
  /// borrowed one is given back.
  void end() noexcept;

  /// Makes it a guard that borrows what it has owned so far. Before other threads use it.
  void lend(Loan loan);
  /// Throws InvalidArgumentError when others may use the container, too. `what` would disturb them: "stop".
  void require_sole_use(const char* what) const;

  /// Notes that the evidence has reached the reader in this test: in an exception's message.
  void mark_evidence_shown() noexcept;

 protected:
  /// Keeps the evidence when the guard dies by an exception while a test runs: the framework hears of the
  /// exception only when the container is gone.
  void before_disposal() noexcept override;
  /// Keeps it by its label, or, where DRYDOCK_KEEP=failure and a test failed that used it, by a new name.
  /// Says how to look at it and how to remove it, and has its networks and volumes kept, too.
  bool is_to_stay() override;
  void on_given_back() noexcept override;
  void on_end(Ending ending) noexcept override;

 private:
  [[nodiscard]] bool died_by_exception() const noexcept;
  void keep_what_it_uses() const;
  [[nodiscard]] std::shared_ptr<StandingShell> own_shell();

  const ContainerSpec spec_;
  const std::shared_ptr<const ContainerSpec> origin_;
  const SourceLocation where_;
  const std::string nonce_;
  const int exceptions_at_construction_;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> shown_in_;
  std::atomic<bool> reported_{true};
  bool exclusive_{true};
  std::shared_ptr<void> hold_{};
  mutable std::mutex mutex_;
  std::shared_ptr<const ContainerDetails> details_;
  ContainerSlotPtr slot_;
  std::shared_ptr<ShellTarget> shells_;
  std::shared_ptr<StandingShell> own_shell_{};
  AnchorPtr anchor_;
};

}  // namespace drydock

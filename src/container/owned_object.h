// What the guards of containers, networks and volumes have in common: one object of the engine that is
// removed once, by the process that made it, whatever ends first: the guard, or the program.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <sys/types.h>

#include "drydock/docker/client.h"

#include "container/engine_objects.h"

namespace drydock {

/// Owns an object that has been created, or borrows one that somebody else removes. Thread-safe: when several
/// remove it at once, one does. A destructor alone removes nothing: guards call dispose() in theirs, so that
/// a shared pointer held elsewhere does not delay the removal.
class OwnedObject : public std::enable_shared_from_this<OwnedObject> {
 public:
  /// `kept`: it was created with the label that leaves it for a look. `lender`: see lend(); empty: it is
  /// owned.
  OwnedObject(ObjectKind kind, Client client, std::string id, std::string name, bool kept = false,
              std::string lender = {});
  OwnedObject(const OwnedObject&) = delete;
  OwnedObject& operator=(const OwnedObject&) = delete;
  virtual ~OwnedObject() = default;

  [[nodiscard]] ObjectKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const Client& client() const noexcept { return client_; }

  /// Returns whether this process made or borrowed it and it has been neither removed nor released.
  [[nodiscard]] bool is_held() const noexcept;
  /// Returns whether nothing remains to be done about it: it was removed, is kept, or is borrowed. What was
  /// left behind, or released, is not settled.
  [[nodiscard]] bool is_settled() const noexcept;
  /// Returns whether it was left for a look instead of being removed.
  [[nodiscard]] bool is_kept() const noexcept { return state_.load() == State::Kept; }
  /// Returns whether somebody else removes it: the guard's end, the drain and remove() leave it alone.
  [[nodiscard]] bool is_borrowed() const noexcept { return borrowed_.load(); }
  /// Returns whose it is, for messages; empty unless it is borrowed.
  [[nodiscard]] std::string lender() const { return is_borrowed() ? lender_ : std::string{}; }

  /// Removes it; returns false when it was gone already. Throws what the engine says, and
  /// InvalidArgumentError in a process that did not make it, or when it is borrowed.
  bool remove();

  /// Removes it at the end of its guard's life: does nothing unless is_held(), reports a failure through the
  /// log and leaves the object to the registry for another try. A borrowed one is given back.
  void dispose() noexcept;

  /// Removes it without its guard's doing. Returns whether that succeeded or was not needed. A failure of the
  /// last try is reported and ends the ownership.
  bool drain(Deadline deadline, bool last_try) noexcept;

  /// Ends ownership without removal: the watchdog removes it after the program's end, unless it is kept.
  void release() noexcept;

 protected:
  /// Turns what is owned into what is borrowed. `lender` says whose it is, such as "the ctest run 1a2b".
  /// Once, before other threads use it.
  void lend(std::string lender);

  [[nodiscard]] bool is_labelled_kept() const noexcept { return kept_; }

  /// Is asked before a removal that the user did not ask for: whether the object is to be left for a look.
  /// One that is has been made safe from sweeps when this returns true.
  [[nodiscard]] virtual bool is_to_stay();

  enum class Ending { Removed, Kept, Released };
  /// Is called once, when this process has nothing to do with the object any more.
  virtual void on_end(Ending /*ending*/) noexcept {}

  /// Is called by dispose() of an object that is held, before its removal.
  virtual void before_disposal() noexcept {}

  /// Is called when a borrowed object is given back.
  virtual void on_given_back() noexcept {}

 private:
  enum class State { Held, Removing, Removed, Kept, Released };

  bool keep_if_wished();
  void give_back() noexcept;

  bool remove_now(Deadline deadline);
  /// Lets a network or volume wait for the containers that are still removed in the background.
  void await_background_users() const;
  void report_failure(const char* what, const char* next) const noexcept;

  const ObjectKind kind_;
  const Client client_;
  const std::string id_, name_;
  const pid_t process_;
  const bool kept_;
  std::atomic<State> state_{State::Held};
  std::string lender_;  // written before borrowed_ is set
  std::atomic<bool> borrowed_;
};

/// Returns the owner of a network or volume that was just created, registered for removal at the end.
[[nodiscard]] std::shared_ptr<OwnedObject> own(ObjectKind kind, const Client& client, std::string id,
                                               std::string name, bool kept = false);

/// Adds the labels of a new object to a user's own. Throws InvalidArgumentError for a user's label that
/// begins with "drydock.".
void add_labels(Labels& labels, const Labels& own);

}  // namespace drydock

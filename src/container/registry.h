// All that this process owns at the engine, so that the end of the program can remove what no destructor
// reached: `std::exit` in a test body does not unwind the stack. Thread-safe; a forked child has one of its
// own, which starts empty.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "drydock/base/deadline.h"

#include "container/engine_objects.h"

namespace drydock {

class OwnedObject;
struct Run;

class Registry {
 public:
  /// Never destroyed: guards with static storage use it while the program ends.
  static Registry& of_this_process();

  /// Held from before a create until its object has an owner here. The first for an engine does what must
  /// come before the first create: it registers the drain with std::atexit (what has static storage is then
  /// destroyed first, and the drain finds only what has no destructor to come), starts the watchdog, and
  /// sweeps what dead owners left. Negotiates the API version, which the create would do anyway; throws what
  /// that throws, and nothing else.
  class Creating {
   public:
    explicit Creating(const Client& client);
    /// The same for what belongs to a run: the run's watchdog stands for this process's.
    Creating(const Client& client, const Run& run);
    Creating(const Creating&) = delete;
    Creating& operator=(const Creating&) = delete;
    ~Creating();

   private:
    void prepare(const Client& client);

    Registry& registry_;
  };

  explicit Registry(const Registry* /*inherited*/) {}

  void add(const std::shared_ptr<OwnedObject>& object);
  void forget(const OwnedObject& object) noexcept;
  /// Takes over an object whose removal failed.
  void abandon(std::shared_ptr<OwnedObject> object);
  /// Holds an object that no guard holds, until the program's end removes it.
  void hold(std::shared_ptr<OwnedObject> object);
  /// Remembers a create that may have made an object that was not found.
  void suspect(const LostCreate& lost);
  /// Notes that something stands that no guard owns: the watchdog removes it after the program's end.
  void leave_to_watchdog() noexcept;

  /// Notes a network or volume, by id or name, that a kept container uses: it must stay, too.
  void keep(const std::string& network_or_volume);
  [[nodiscard]] bool is_kept(const std::string& network_or_volume) const;

  /// Returns what is held, oldest first.
  [[nodiscard]] std::vector<std::shared_ptr<OwnedObject>> held() const;

  /// Tries again, in silence, to remove the networks and volumes that were abandoned.
  void retry_abandoned() noexcept;

  /// Ends what goes on in the background, then removes everything: containers, networks, volumes, images.
  /// What fails is reported through the log. Returns whether nothing is left and nothing is being made: the
  /// watchdog has been told so, then.
  bool drain() noexcept;

 private:
  void drain_objects() noexcept;
  void begin_create();
  void end_create() noexcept;
  void sweep_once(const Client& client) noexcept;
  bool tell_watchdog() noexcept;

  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<OwnedObject>> objects_;
  std::vector<std::shared_ptr<OwnedObject>> abandoned_;  // or held for the program
  std::vector<LostCreate> lost_;
  std::set<std::string> swept_{};  // endpoints
  std::set<std::string> kept_{};   // networks and volumes
  int creating_{0};
  bool left_to_watchdog_{false};
};

}  // namespace drydock

#include "container/pull_once.h"

#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "base/sha256.h"
#include "container/owner.h"
#include "container/state_lock.h"
#include "observability/phase.h"

namespace drydock {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // endpoint, image, platform

struct Flight {
  bool landed{false};
  std::exception_ptr failure{};
};

struct Pulls {
  explicit Pulls(const Pulls* /*inherited*/) {}

  std::mutex mutex;
  std::condition_variable landed;
  std::map<Key, std::shared_ptr<Flight>> flights;
  std::map<Key, std::uint64_t> successes;
};

PerProcess<Pulls> all_pulls;

Key key_of(const Client& client, const std::string& image, const std::string& platform) {
  return {client.endpoint().to_string(), image, platform};
}

// The turn to pull among the processes of this user. Empty when it was not to be had until the deadline, or
// there is no place for locks: then a pull is one too many, and does no harm.
std::optional<StateLock> take_turn(const Key& key, Deadline deadline) {
  const auto& [endpoint, image, platform] = key;
  const std::string name = "pull-" + sha256_hex(endpoint + '\n' + image + '\n' + platform).substr(0, 16);
  const std::string note = fmt::format("process {}", Owner::of_this_process().pid);
  try {
    return StateLock::take_one_of({name}, note, deadline, StateLock::AtEnd::Remove);
  } catch (const std::system_error& error) {
    log::debug(fmt::format("the pull of '{}' is not shared with other processes: {}", image, error.what()));
    return std::nullopt;
  }
}

// Who wants the newest does not queue: the engine tells in one request that nothing is new.
void pull(const Client& client, const Key& key, PullWish wish) {
  const auto& [endpoint, image, platform] = key;
  const Phase phase{phase::kPull, image};
  const Deadline deadline = Deadline::in(client.options().pull_timeout);
  const bool waits = wish == PullWish::Missing;
  // Nobody else speaks to an engine that cannot be watched.
  const std::optional<StateLock> turn =
      client.is_watchable() ? take_turn(key, waits ? deadline : Deadline::in(std::chrono::milliseconds{0}))
                            : std::nullopt;
  // Whether an image that is there has the platform, the engine says with the create only.
  if (turn && waits && platform.empty() && client.images().find(image)) {
    return;
  }
  log::info(fmt::format("pulling the image '{}'", image));
  client.images().pull(image, {.platform = platform}, deadline);
}

}  // namespace

std::uint64_t pulls_of(const Client& client, const std::string& image, const std::string& platform) {
  Pulls& pulls = all_pulls.get();
  const std::lock_guard lock{pulls.mutex};
  return pulls.successes[key_of(client, image, platform)];
}

void pull_once(const Client& client, const std::string& image, const std::string& platform,
               std::uint64_t seen, PullWish wish) {
  Pulls& pulls = all_pulls.get();
  const Key key = key_of(client, image, platform);
  std::unique_lock lock{pulls.mutex};
  if (pulls.successes[key] > seen) {
    return;
  }
  if (const auto found = pulls.flights.find(key); found != pulls.flights.end()) {
    const std::shared_ptr<Flight> flight = found->second;
    pulls.landed.wait(lock, [&] { return flight->landed; });
    if (flight->failure) {
      std::rethrow_exception(flight->failure);
    }
    return;
  }
  const auto flight = std::make_shared<Flight>();
  pulls.flights[key] = flight;
  lock.unlock();
  try {
    pull(client, key, wish);
  } catch (...) {  // thrown on below, in each thread that waits for it
    flight->failure = std::current_exception();
  }
  lock.lock();
  pulls.flights.erase(key);
  flight->landed = true;
  pulls.successes[key] += flight->failure ? 0U : 1U;
  pulls.landed.notify_all();
  if (flight->failure) {
    std::rethrow_exception(flight->failure);
  }
}

}  // namespace drydock

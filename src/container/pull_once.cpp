#include "container/pull_once.h"

#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/per_process.h"
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

void pull(const Client& client, const std::string& image, const std::string& platform) {
  const Phase phase{phase::kPull, image};
  log::info(fmt::format("pulling the image '{}'", image));
  client.images().pull(image, {.platform = platform});
}

}  // namespace

std::uint64_t pulls_of(const Client& client, const std::string& image, const std::string& platform) {
  Pulls& pulls = all_pulls.get();
  const std::lock_guard lock{pulls.mutex};
  return pulls.successes[key_of(client, image, platform)];
}

void pull_once(const Client& client, const std::string& image, const std::string& platform,
               std::uint64_t seen) {
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
    pull(client, image, platform);
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

#include "container/container_slot.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/per_process.h"
#include "base/sha256.h"
#include "base/text.h"
#include "container/made_ahead.h"

namespace drydock {
namespace {

constexpr const char* kVariable = "DRYDOCK_MAX_CONTAINERS";
constexpr std::size_t kMost = 10'000;
constexpr std::size_t kHoldersNamed = 20;

struct KeptSlots {
  explicit KeptSlots(const KeptSlots* /*inherited*/) {}

  std::mutex mutex;
  std::vector<ContainerSlotPtr> slots;
};

PerProcess<KeptSlots> kept_slots;

std::string hash_of(const Client& client) {
  return sha256_hex(client.endpoint().to_string()).substr(0, 12);
}

// One line, for the messages of those that wait.
std::string note_for(const std::string& image) {
  const std::string test = MadeAhead::test();
  return fmt::format("process {}{}, image {}", ::getpid(),
                     test.empty() ? "" : ", test " + text::printable(test), text::printable(image));
}

std::vector<std::string> lock_names(const Client& client, std::size_t bound) {
  const std::string engine = hash_of(client);
  std::vector<std::string> names;
  names.reserve(bound);
  for (std::size_t i = 0; i < bound; ++i) {
    names.push_back(fmt::format("slot-{}-{}", engine, i));
  }
  return names;
}

std::string holders(const std::vector<std::string>& locks) {
  std::string out;
  for (std::size_t i = 0; i < std::min(locks.size(), kHoldersNamed); ++i) {
    out += "\n  " + text::printable(StateLock::note_of(locks[i]));
  }
  return locks.size() > kHoldersNamed ? out + fmt::format("\n  and {} more", locks.size() - kHoldersNamed)
                                      : out;
}

}  // namespace

std::size_t most_containers() {
  const char* const chosen = std::getenv(kVariable);
  if (chosen == nullptr || *chosen == '\0') {
    return 0;
  }
  const std::string_view text = chosen;
  std::size_t bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (error != std::errc{} || end != text.data() + text.size() || bound < 1 || bound > kMost) {
    throw InvalidArgumentError(
        fmt::format("{} is '{}', which is not a number of containers from 1 to {}; correct or unset it",
                    kVariable, text::printable(text, 80), kMost));
  }
  return bound;
}

ContainerSlotPtr take_slot(const Client& client, const std::string& image, Deadline deadline,
                           SourceLocation where) {
  const std::size_t bound = most_containers();
  if (bound == 0) {
    return nullptr;
  }
  const std::vector<std::string> locks = lock_names(client, bound);
  if (std::optional<StateLock> lock = StateLock::take_one_of(locks, note_for(image), deadline)) {
    return std::make_shared<const ContainerSlot>(*std::move(lock));
  }
  throw TimeoutError(
      fmt::format("a container of image '{}' was not created, for {}={} containers were alive all the "
                  "time that .start_timeout gives; raise one of the two, or run fewer tests at once. "
                  "They belong to:{}",
                  image, kVariable, bound, holders(locks)),
      {.operation = "container create", .resource = image, .retryable = true, .where = where});
}

bool is_slot_free(const Client& client) {
  const std::size_t bound = most_containers();
  return bound == 0 || StateLock::take_one_of(lock_names(client, bound), note_for("none yet"),
                                              Deadline::in(std::chrono::seconds{0}));
}

void keep_slot(ContainerSlotPtr slot) {
  if (!slot) {
    return;
  }
  KeptSlots& kept = kept_slots.get();
  const std::lock_guard lock{kept.mutex};
  kept.slots.push_back(std::move(slot));
}

}  // namespace drydock

#include "container/container_slot.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_context.h"

#include "base/per_process.h"
#include "base/sha256.h"
#include "base/text.h"
#include "container/poll_pace.h"

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

std::string lock_name(const std::string& engine, std::size_t index) {
  return fmt::format("slot-{}-{}", engine, index);
}

std::string hash_of(const Client& client) {
  return sha256_hex(client.endpoint().to_string()).substr(0, 12);
}

// One line, for the messages of those that wait.
std::string note_for(const std::string& image) {
  const std::optional<TestContext> context = test_context();
  const std::string test = context && !context->test.empty() ? ", test " + context->test : "";
  return fmt::format("process {}{}, image {}", ::getpid(), text::printable(test), text::printable(image));
}

ContainerSlotPtr try_take(const std::string& engine, std::size_t bound, const std::string& note) {
  for (std::size_t i = 0; i < bound; ++i) {
    if (std::optional<StateLock> lock = StateLock::try_take(lock_name(engine, i), note)) {
      return std::make_shared<const ContainerSlot>(*std::move(lock));
    }
  }
  return nullptr;
}

std::string holders(const std::string& engine, std::size_t bound) {
  std::string out;
  for (std::size_t i = 0; i < std::min(bound, kHoldersNamed); ++i) {
    out += "\n  " + text::printable(StateLock::note_of(lock_name(engine, i)));
  }
  return bound > kHoldersNamed ? out + fmt::format("\n  and {} more", bound - kHoldersNamed) : out;
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
  const std::string engine = hash_of(client);
  const std::string note = note_for(image);
  const PollPace pace;
  for (;;) {
    if (ContainerSlotPtr slot = try_take(engine, bound, note)) {
      return slot;
    }
    if (deadline.expired()) {
      throw TimeoutError(
          fmt::format("a container of image '{}' was not created, for {}={} containers were alive all the "
                      "time that .start_timeout gives; raise one of the two, or run fewer tests at once. "
                      "They belong to:{}",
                      image, kVariable, bound, holders(engine, bound)),
          {.operation = "container create", .resource = image, .retryable = true, .where = where});
    }
    sleep_within(pace.pause(), deadline);
  }
}

bool is_slot_free(const Client& client) {
  const std::size_t bound = most_containers();
  return bound == 0 || try_take(hash_of(client), bound, note_for("none yet")) != nullptr;
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

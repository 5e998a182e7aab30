#include "drydock/container/seeded_image.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/evidence.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "base/rfc3339.h"
#include "base/text.h"
#include "container/bring_up.h"
#include "container/container_image.h"
#include "container/guard_access.h"
#include "container/image_intake.h"
#include "container/labels.h"
#include "container/pull_once.h"
#include "container/seed_hash.h"

namespace drydock {
namespace {

using std::chrono::nanoseconds;

constexpr const char* kRepository = "drydock-seed:";
constexpr const char* kSeedLabel = "drydock.seed";
constexpr const char* kMaxAgeLabel = "drydock.seed.max_age";  // seconds
constexpr std::chrono::hours kForEver{24 * 365 * 100};
constexpr std::chrono::milliseconds kPause{50};  // between looks at another's preparation

nanoseconds now() {
  return std::chrono::system_clock::now().time_since_epoch();
}

std::string seconds_text(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

std::chrono::seconds seconds_in(const Labels& labels, const char* key) {
  const auto label = labels.find(key);
  std::int64_t seconds = 0;
  if (label != labels.end()) {
    std::from_chars(label->second.data(), label->second.data() + label->second.size(), seconds);
  }
  return std::chrono::seconds{seconds};
}

// The container of this name is the lock: the engine gives a name once, and that of a dead owner's container
// is free.
std::string lock_name(const std::string& hash) {
  return "drydock-seed-" + hash.substr(0, 16);
}

void check(const SeedSpec& spec) {
  const auto is_empty = [](const std::vector<std::string>& command) { return command.empty(); };
  if (std::any_of(spec.commands.begin(), spec.commands.end(), is_empty)) {
    throw InvalidArgumentError("a command of the seeded image is empty; name a program, or leave it out",
                               {.operation = "seeded image", .resource = spec.base});
  }
}

// What prepares it takes the base in by itself.
std::string id_of_base(const Client& client, const std::string& base) {
  ContainerSpec spec{.image = base};
  take_in_image(spec);
  const std::uint64_t pulls_before = pulls_of(client, spec.image, "");
  if (const auto found = client.images().find(spec.image)) {
    return found->id;
  }
  return with_image_note(spec, [&] {
    pull_once(client, spec.image, "", pulls_before, PullWish::Missing);
    return client.images().inspect(spec.image).id;
  });
}

// Returns whether the image is there; if so, notes its use: the engine keeps the time of the last tag.
bool use(const Client& client, const std::string& reference) {
  if (!client.images().find(reference)) {
    return false;
  }
  try {
    client.images().tag(reference, reference);
    return true;
  } catch (const EngineError& error) {
    if (error.code() == ErrorCode::NotFound) {
      return false;  // removed by age a moment ago
    }
    throw;
  }
}

ContainerSpec preparing(const SeedSpec& spec, const std::string& name) {
  return {.image = spec.base,
          .name = name,
          .command = spec.command,
          .entrypoint = spec.entrypoint,
          .env = spec.env,
          .files = spec.files,
          .ready = spec.ready,
          .ready_timeout = spec.timeout};
}

void run_commands(const TestContainer& container, const SeedSpec& spec, Deadline deadline) {
  for (const std::vector<std::string>& command : spec.commands) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.remaining());
    const ExecResult result =
        container.exec(command, {.timeout = std::max(left, std::chrono::milliseconds{1}), .user = spec.user});
    if (!result.ok()) {
      std::ostringstream text;
      PrintTo(result, &text);
      throw start_error(
          GuardAccess::guard(container), ErrorCode::CommandFailed,
          fmt::format("a command that prepares an image from '{}' failed: {}", spec.base, text.str()));
    }
  }
}

// Returns whether this call prepared the image; false when another does, or has.
bool prepare(const Client& client, const SeedSpec& spec, const std::string& hash, Deadline deadline) {
  const std::string reference = kRepository + hash;
  try {
    TestContainer container{preparing(spec, lock_name(hash)), client};
    // Another may have prepared it, and given its lock back, before this one was taken.
    if (client.images().find(reference)) {
      return false;
    }
    run_commands(container, spec, deadline);
    container.stop(spec.stop_grace);
    static_cast<void>(make_container_image(client, container.id(),
                                           {.reference = reference,
                                            .labels = {{kSeedLabel, hash},
                                                       {label::kCreated, seconds_text(now())},
                                                       {kMaxAgeLabel, seconds_text(spec.max_age)}},
                                            .pause = false},
                                           deadline));
    container.remove();  // it is the lock: not to be kept for a look
    return true;
  } catch (const EngineError& error) {
    // The name is taken: the lock is another's.
    if (error.code() != ErrorCode::Conflict || error.operation() != "container create") {
      throw;
    }
    return false;
  }
}

// Removes the image's own tag, and the image with it. Returns false when a container uses it.
bool remove_seed(const Client& client, const std::vector<std::string>& tags) {
  for (const std::string& tag : tags) {
    try {
      // Never what was made from a seeded image and has inherited its label.
      if (tag.find(kRepository) != std::string::npos && client.images().remove(tag)) {
        return true;
      }
    } catch (const EngineError& error) {
      if (error.code() != ErrorCode::Conflict) {
        throw;
      }
      log::debug(fmt::format("the seeded image '{}' stays: {}", tag, error.what()));
    }
  }
  return false;
}

// `limit` says of an image's labels how long it may be unused.
template <typename Limit>
std::size_t remove_seeds(const Client& client, const Limit& limit) {
  const nanoseconds begin = now();
  std::size_t removed = 0;
  for (const ImageSummary& row : client.images().list({kSeedLabel})) {
    const auto image = client.images().find(row.id);
    if (!image) {
      continue;
    }
    const nanoseconds made = seconds_in(image->labels, label::kCreated);
    const nanoseconds last_use = std::max(made, parse_rfc3339(image->last_tagged).value_or(made));
    if (begin - last_use > nanoseconds{limit(image->labels)} && remove_seed(client, image->tags)) {
      ++removed;
    }
  }
  return removed;
}

// What has outlived its own max_age, but for the image of `hash`; a failure is no reason to fail the caller.
void remove_expired(const Client& client, const std::string& hash) noexcept {
  try {
    remove_seeds(client, [&hash](const Labels& labels) {
      const bool is_it = labels.at(kSeedLabel) == hash;
      return is_it ? std::chrono::seconds{kForEver} : seconds_in(labels, kMaxAgeLabel);
    });
  } catch (const std::exception& error) {
    log::warn(fmt::format("looking for seeded images that are too old failed: {}", error.what()));
  }
}

}  // namespace

std::string seeded_image(const Client& client, const SeedSpec& spec) {
  check(spec);
  const std::string hash = seed_hash(id_of_base(client, spec.base), spec);
  std::string reference = kRepository + hash;
  const Deadline deadline = Deadline::in(spec.timeout);
  bool has_prepared = false;
  while (!use(client, reference)) {
    if (prepare(client, spec, hash, deadline)) {
      has_prepared = true;
      continue;
    }
    if (deadline.expired()) {
      throw TimeoutError(
          fmt::format(
              "the image '{}' was not prepared in time: the container '{}' is at it, or was left behind; "
              "when nothing runs in it, remove it by hand: docker rm -f -v {}",
              reference, lock_name(hash), lock_name(hash)),
          {.operation = "seeded image", .resource = reference});
    }
    std::this_thread::sleep_for(kPause);
  }
  if (has_prepared) {
    remove_expired(client, hash);
  }
  return reference;
}

std::size_t remove_seeded_images(const Client& client, std::chrono::milliseconds unused_for) {
  return remove_seeds(client, [unused_for](const Labels& /*labels*/) { return unused_for; });
}

}  // namespace drydock

#include "container/service.h"

#include <chrono>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "container/bring_up.h"
#include "container/container_creation.h"
#include "container/guard_access.h"
#include "container/image_intake.h"
#include "container/image_presence.h"
#include "container/labels.h"
#include "container/registry.h"
#include "container/run.h"
#include "container/shared_key.h"
#include "container/state_lock.h"
#include "container/verdict.h"

namespace drydock {
namespace {

constexpr std::chrono::minutes kPatience{10};  // an image may be pulled meanwhile

// One at a time works on a state file: of two that come at once, the second finds what the first brought up.
StateLock take_turn(const std::string& path) {
  const std::string full = std::filesystem::weakly_canonical(path).string();
  const std::string name = "service-" + sha256_hex(full).substr(0, 16);
  const std::string note = fmt::format("process {}", Owner::of_this_process().pid);
  if (std::optional<StateLock> turn =
          StateLock::take_one_of({name}, note, Deadline::in(kPatience), StateLock::AtEnd::Remove)) {
    return *std::move(turn);
  }
  throw TimeoutError(
      fmt::format("another drydock up or down works on the state file '{}' since ten minutes: {}; end it, "
                  "or name another file",
                  path, text::printable(StateLock::note_of(name))),
      {.operation = "service", .resource = path});
}

// Whose the container is, and what says so.
struct Ownership {
  Run run{};
  Labels labels{};
};

Ownership ownership_of(const ServiceOrder& order, const Run& run) {
  if (order.keep_until) {
    std::optional<Owner> owner = Owner::of(*order.keep_until);
    if (!owner || liveness(*owner) != Liveness::Alive) {
      throw InvalidArgumentError(fmt::format(
          "--keep-until is {}, and no such process runs; name one that outlives this", *order.keep_until));
    }
    return {.run = {.id = run.id, .owner = *std::move(owner), .is_this_process = false}};
  }
  if (run.is_this_process) {
    return {.run = run, .labels = {{label::kKeep, "up"}}};  // nobody's end is to end it
  }
  return {.run = run};
}

bool is_drydocks(const ContainerDetails& details) {
  return Owner::parse(value_of(details.labels, label::kOwner)).has_value();
}

ServiceState describe(const Client& client, const ServiceOrder& order, const ContainerDetails& details) {
  const std::optional<ImageDetails> image = client.images().find(details.image_id);
  return {.name = order.name,
          .container = details.id,
          .engine_name = details.name,
          .image = order.spec.image,
          .image_id = details.image_id,
          .digest = image && !image->digests.empty() ? image->digests.front() : "",
          .endpoint = client.endpoint().to_string(),
          .host = client.published_host(),
          .ports = host_ports(details.ports),
          .owner = value_of(details.labels, label::kOwner),
          .session = value_of(details.labels, label::kSession),
          .env = order.spec.env,
          .spec = shared_key(order.spec, details.image_id)};
}

// The service as it stands, when it is what was ordered; ready, then.
std::optional<ServiceState> find_standing(const Client& client, const ServiceOrder& order,
                                          const ServiceState& known, const ContainerDetails& details,
                                          const Ownership& ownership) {
  const bool is_kept = details.labels.contains(label::kKeep);
  const bool has_owner = ownership.labels.empty()
                             ? value_of(details.labels, label::kOwner) == ownership.run.owner.to_text()
                             : is_kept;
  const std::optional<ImageDetails> image = client.images().find(order.spec.image);
  const bool has_name = order.spec.name.empty() || order.spec.name == details.name;
  if (known.name != order.name || !has_name || !has_owner || !details.state.running ||
      known.spec != shared_key(order.spec, image ? image->id : details.image_id)) {
    return std::nullopt;
  }
  const TestContainer container = borrow(order.spec, client, details.id, details.name, {},
                                         {.lender = fmt::format("the service '{}'", order.name)});
  await_ready_again(GuardAccess::guard(container), container);
  return describe(client, order, details);
}

// The engine that has what the file names: another may have been asked when it was brought up.
Client holder_of(const ServiceState& known, const Client& client, const std::string& path) {
  if (known.endpoint == client.endpoint().to_string()) {
    return client;
  }
  try {
    Client holder{Endpoint::parse(known.endpoint)};
    static_cast<void>(holder.containers().find(known.container));
    return holder;
  } catch (const ConnectionError& error) {
    throw ConnectionError(
        fmt::format(
            "'{}' is the state file of a service at another engine, which is to be removed first: {}. "
            "Where that engine is no more, remove the file",
            path, error.what()),
        error.request_sent(), error.context());
  }
}

// What another order, or another run, left under this file.
void replace(const Client& client, const ContainerDetails& details, const std::string& path,
             const Ownership& ownership) {
  const bool is_ours = value_of(details.labels, label::kOwner) == ownership.run.owner.to_text();
  if (!is_drydocks(details)) {
    log::warn(fmt::format("the state file '{}' named the container '{}', which is not Drydock's; it stays",
                          path, details.name));
    return;
  }
  if (!is_ours && judge(details.labels, details.name, std::chrono::system_clock::now()) == Verdict::Alive) {
    throw InvalidArgumentError(
        fmt::format("'{}' is the state file of a service that is up, '{}', and whose owner lives; write "
                    "{{session}} in the "
                    "file's name to have one for each run, or take it down first",
                    path, details.name));
  }
  client.containers().remove(details.id, {.force = true, .volumes = true});
}

// Files of runs that were killed: their containers are gone, or will be.
void remove_stale_files(const std::string& pattern, const std::string& current) noexcept {
  try {
    const std::filesystem::path folder = std::filesystem::path{pattern}.parent_path();
    const std::string name = std::filesystem::path{pattern}.filename().string();
    const std::size_t at = name.find("{session}");
    if (at == std::string::npos) {
      return;
    }
    const std::string before = name.substr(0, at);
    const std::string after = name.substr(at + std::string_view{"{session}"}.size());
    for (const auto& entry : std::filesystem::directory_iterator{folder.empty() ? "." : folder}) {
      const std::string file = entry.path().filename().string();
      if (file.size() < before.size() + after.size() || !file.starts_with(before) || !file.ends_with(after) ||
          entry.path() == std::filesystem::path{current}) {
        continue;
      }
      const std::optional<ServiceState> state = read_state_file(entry.path().string());
      const std::optional<Owner> owner = state ? Owner::parse(state->owner) : std::nullopt;
      if (owner && liveness(*owner) == Liveness::Dead) {
        std::filesystem::remove(entry.path());
      }
    }
  } catch (const std::exception& error) {
    log::debug(fmt::format("old state files were not looked for: {}", error.what()));
  }
}

std::string name_of(const ServiceOrder& order, const Run& run) {
  constexpr std::size_t kDigits = 8;
  return !order.spec.name.empty() ? order.spec.name
                                  : fmt::format("drydock-{}-{}-{}", run.id.substr(0, kDigits),
                                                random_hex(kDigits / 2), order.name);
}

// Says what is being started where no owner's end removes it, so that the next up or down finds what a killed
// one left.
class StartNote {
 public:
  StartNote(const Client& client, const ServiceOrder& order, const std::string& path,
            const Ownership& ownership, const std::string& engine_name)
      : path_(note_path(path)),
        is_needed_(ownership.labels.contains(label::kKeep)),
        state_{.name = order.name,
               .engine_name = engine_name,
               .image = order.spec.image,
               .endpoint = client.endpoint().to_string(),
               .owner = ownership.run.owner.to_text(),
               .session = ownership.run.id} {}
  StartNote(const StartNote&) = delete;
  StartNote& operator=(const StartNote&) = delete;
  ~StartNote() {
    if (is_needed_) {
      std::error_code ignored;
      std::filesystem::remove(path_, ignored);
    }
  }

  // The container by id, or by a name that nobody else has.
  void write(const std::string& container) {
    if (is_needed_) {
      state_.container = container;
      write_state_file(path_, state_);
    }
  }

  // Of an up that was killed: from now on it is the state file's.
  static void adopt(const std::string& path) {
    const std::string note = note_path(path);
    if (std::filesystem::exists(note)) {
      std::filesystem::rename(note, path);
    }
  }

 private:
  static std::string note_path(const std::string& path) { return path + ".starting"; }

  std::string path_;
  bool is_needed_;
  ServiceState state_;
};

// The guard removes the container when something fails on the way.
ServiceState create_service(const Client& client, const ServiceOrder& order, const std::string& path,
                            const Ownership& ownership) {
  with_image_note(order.spec, [&] { ensure_image(client, order.spec); });
  const std::string name = name_of(order, ownership.run);
  StartNote note{client, order, path, ownership, name};
  if (order.spec.name.empty()) {
    note.write(name);  // one of the user's may be another container's
  }
  Creation made = create_for_run(client, order.spec, ownership.run, name, ownership.labels);
  auto guard = std::make_shared<ContainerGuard>(
      order.spec, client, ContainerIdentity{made.id, made.name, made.nonce, made.kept}, SourceLocation{});
  Registry::of_this_process().add(guard);
  made.creating.reset();
  TestContainer container = GuardAccess::wrap(guard);
  note.write(guard->id());
  bring_up(*guard, container, made.deadline);
  ServiceState state = describe(client, order, *guard->refresh());
  write_state_file(path, state);
  std::move(container).release();
  return state;
}

}  // namespace

ServiceState bring_service_up(const Client& client, ServiceOrder order) {
  static_cast<void>(service_variable(order.name));  // refuses a bad name
  static_cast<void>(create_body(order.spec));       // and a bad spec
  take_in_image(order.spec);
  const Run run = current_run();
  const Ownership ownership = ownership_of(order, run);
  const std::string path = current_state_path(order.state);
  const StateLock turn = take_turn(path);
  StartNote::adopt(path);
  if (const std::optional<ServiceState> known = read_state_file(path)) {
    const Client holder = holder_of(*known, client, path);
    if (const std::optional<ContainerDetails> details = holder.containers().find(known->container)) {
      const bool is_here = holder.endpoint() == client.endpoint();
      if (std::optional<ServiceState> standing =
              is_here ? find_standing(client, order, *known, *details, ownership) : std::nullopt) {
        write_state_file(path, *standing);
        return *std::move(standing);
      }
      replace(holder, *details, path, ownership);
    }
    std::filesystem::remove(path);
  }
  remove_stale_files(order.state, path);
  return create_service(client, order, path, ownership);
}

TakenDown take_service_down(const Client* client, const std::string& name, const std::string& path) {
  const std::string file = current_state_path(path);
  const StateLock turn = take_turn(file);
  StartNote::adopt(file);
  TakenDown taken{.state = read_state_file(file)};
  if (!taken.state) {
    return taken;
  }
  const ServiceState& state = *taken.state;
  if (!name.empty() && state.name != name) {
    throw InvalidArgumentError(fmt::format("'{}' is the state file of the service '{}', not of '{}'", file,
                                           text::printable(state.name), text::printable(name)));
  }
  const Client engine = client != nullptr ? *client : Client{Endpoint::parse(state.endpoint)};
  if (const std::optional<ContainerDetails> details = engine.containers().find(state.container)) {
    if (!is_drydocks(*details)) {
      throw InvalidArgumentError(fmt::format(
          "the state file '{}' names the container '{}', which is not Drydock's; remove the file, or the "
          "container, by hand",
          file, details->name));
    }
    taken.was_there = engine.containers().remove(details->id, {.force = true, .volumes = true});
  }
  std::filesystem::remove(file);
  return taken;
}

}  // namespace drydock

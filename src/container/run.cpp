#include "container/run.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/per_process.h"
#include "base/sha256.h"
#include "base/text.h"
#include "container/session.h"

namespace drydock {
namespace {

struct Ancestry {
  explicit Ancestry(const Ancestry* inherited)
      : runner(inherited != nullptr ? inherited->runner : Owner::test_runner()) {}
  const std::optional<Owner> runner;
};

PerProcess<Ancestry> ancestry;

std::optional<Owner> process(std::string_view text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc{} || end != text.data() + text.size() || pid <= 0) {
    throw InvalidArgumentError("DRYDOCK_SESSION_PID is '" + text::printable(text, 80) +
                               "', which is not the number of a process; correct or unset it");
  }
  return Owner::of(pid);
}

// Empty when it is not set.
std::optional<Owner> chosen_owner() {
  const char* const chosen = std::getenv("DRYDOCK_SESSION_PID");
  if (chosen == nullptr || *chosen == '\0') {
    return std::nullopt;
  }
  std::optional<Owner> owner = process(chosen);
  if (!owner || liveness(*owner) == Liveness::Dead) {
    throw InvalidArgumentError(
        fmt::format("DRYDOCK_SESSION_PID is '{}', and no such process runs; name one that lives as long as "
                    "what is shared, or unset it",
                    text::printable(chosen, 80)));
  }
  return owner;
}

}  // namespace

Run current_run() {
  Run run{.owner = current_session().owner};
  const Owner self = run.owner;
  if (const std::optional<Owner> chosen = chosen_owner()) {
    run.owner = *chosen;
  } else if (const std::optional<Owner>& runner = ancestry.get().runner) {
    run.owner = *runner;
  }
  run.is_this_process = run.owner == self;
  run.id = joined_session().value_or(sha256_hex(run.owner.to_text()).substr(0, 16));
  return run;
}

std::string describe(const Run& run) {
  return run.is_this_process ? fmt::format("this program's run (process {})", run.owner.pid)
                             : fmt::format("the run {} of process {}", run.id, run.owner.pid);
}

}  // namespace drydock

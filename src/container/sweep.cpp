#include "drydock/container/sweep.h"

#include <algorithm>
#include <chrono>

#include "drydock/base/error.h"

#include "container/inventory.h"
#include "container/labels.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kLimit{60};

bool is_ended(const EngineObject& object) {
  return is_left_behind(judge_unkept(object.labels, std::chrono::system_clock::now()));
}

bool is_to_go(const InventoryItem& item, const SweepOptions& options) {
  return is_left_behind(item.verdict) ||
         (options.kept && item.verdict == Verdict::Kept && is_ended(item.object));
}

SweptObject describe(const InventoryItem& item) {
  const EngineObject& object = item.object;
  return {.kind = to_string(object.kind),
          .id = object.id,
          .name = object.name,
          .session = value_of(object.labels, label::kSession),
          .test = value_of(object.labels, label::kTest),
          .owner = value_of(object.labels, label::kOwner),
          .reason = to_string(item.verdict)};
}

// A selector that matches everything of ours and nothing of others'; an engine takes an empty one to match
// everything that it has.
std::string selector(const SweepOptions& options) {
  return options.session.empty() ? label::kOwner : std::string{label::kSession} + "=" + options.session;
}

}  // namespace

std::size_t SweepReport::failed() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(objects.begin(), objects.end(), [](const SweptObject& o) { return !o.problem.empty(); }));
}

SweepReport sweep(const Client& client, const SweepOptions& options, Deadline deadline) {
  deadline = deadline.or_in(kLimit);
  SweepReport report;
  for (const InventoryItem& item : take_inventory(client, selector(options), options.images, deadline)) {
    if (is_to_go(item, options)) {
      SweptObject swept = describe(item);
      try {
        swept.removed = !options.dry_run && remove_object(client, item.object.kind, item.object.id, deadline);
      } catch (const Error& error) {
        swept.problem = error.what();
      }
      report.objects.push_back(std::move(swept));
    } else if (item.verdict == Verdict::Kept) {
      ++report.kept;
    } else if (item.verdict == Verdict::Alive || item.verdict == Verdict::Elsewhere) {
      ++report.alive;
    }
  }
  return report;
}

}  // namespace drydock

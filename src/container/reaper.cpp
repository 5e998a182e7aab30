#include "container/reaper.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "container/inventory.h"
#include "container/labels.h"

namespace drydock {
namespace {

constexpr std::size_t kThreads = 8;
constexpr std::chrono::seconds kStepLimit{15};

struct Pass {
  std::size_t seen{0};  // what is not kept
  std::size_t removed{0};
  std::string problem{};
};

class Reaper {
 public:
  Reaper(const Client& client, std::string filter, const std::function<void(const std::string&)>& tell)
      : client_(client), filter_(std::move(filter)), tell_(tell) {}

  Pass pass() {
    pass_ = Pass{};
    std::vector<EngineObject> objects;
    for (InventoryItem& item : take_inventory(client_, filter_, true, Deadline::in(kStepLimit))) {
      if (item.verdict != Verdict::Kept) {
        objects.push_back(std::move(item.object));
      }
    }
    pass_.seen = objects.size();
    for (const ObjectKind kind : kRemovalOrder) {
      remove_all(objects, kind);
    }
    return pass_;
  }

 private:
  void remove_all(const std::vector<EngineObject>& objects, ObjectKind kind) {
    std::vector<const EngineObject*> mine;
    for (const EngineObject& object : objects) {
      if (object.kind == kind) {
        mine.push_back(&object);
      }
    }
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < mine.size(); i = next++) {
        remove(*mine[i]);
      }
    };
    std::vector<std::thread> helpers;
    try {
      for (std::size_t i = 1; i < std::min(kThreads, mine.size()); ++i) {
        helpers.emplace_back(work);
      }
    } catch (const std::system_error& error) {
      tell_(fmt::format("fewer threads than meant: {}", error.what()));
    }
    work();
    for (std::thread& helper : helpers) {
      helper.join();
    }
  }

  void remove(const EngineObject& object) {
    std::string problem;
    bool removed = false;
    try {
      removed = remove_object(client_, object.kind, object.id, Deadline::in(kStepLimit));
    } catch (const std::exception& error) {
      problem = error.what();
    }
    const std::lock_guard lock{mutex_};
    pass_.removed += removed ? 1U : 0U;
    const std::string what =
        fmt::format("{} {} {}", to_string(object.kind), short_id(object.id), object.name);
    if (problem.empty()) {
      tell_((removed ? "removed " : "gone already: ") + what);
    } else {
      tell_(fmt::format("not removed: {}: {}", what, problem));
      pass_.problem = std::move(problem);
    }
  }

  const Client& client_;
  const std::string filter_;
  const std::function<void(const std::string&)>& tell_;
  std::mutex mutex_{};
  Pass pass_{};
};

// Grows from failure to failure; the jitter keeps many watchdogs from asking an engine that comes back all at
// once.
class Pauses {
 public:
  explicit Pauses(const ReapPace& pace) : pace_(pace), next_(pace.retry) {}

  std::chrono::milliseconds after_failure() {
    constexpr std::chrono::milliseconds kLongest{2000};
    std::uniform_int_distribution<std::chrono::milliseconds::rep> jitter{next_.count() / 2,
                                                                         next_.count() * 3 / 2};
    const std::chrono::milliseconds pause{jitter(random_)};
    next_ = std::min(next_ * 2, kLongest);
    return pause;
  }
  std::chrono::milliseconds after_success() {
    next_ = pace_.retry;
    return pace_.pause;
  }

 private:
  const ReapPace& pace_;
  std::chrono::milliseconds next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

ReapResult reap(const Client& client, const std::string& owner, const ReapPace& pace,
                const std::function<void(const std::string& line)>& tell) {
  if (owner.empty()) {
    throw InvalidArgumentError("refused to remove what an empty owner left: everything would match");
  }
  Reaper reaper{client, std::string{label::kOwner} + "=" + owner, tell};
  Deadline limit = Deadline::in(pace.limit);
  Pauses pauses{pace};
  ReapResult result;
  int quiet = 0;
  for (;;) {
    std::chrono::milliseconds pause{};
    try {
      const Pass pass = reaper.pass();
      result.removed += pass.removed;
      result.problem = pass.problem;
      quiet = pass.seen == 0 ? quiet + 1 : 0;
      if (pass.removed > 0) {
        limit = Deadline::in(pace.limit);
      }
      pause = pass.problem.empty() ? pauses.after_success() : pauses.after_failure();
    } catch (const std::exception& error) {
      tell(fmt::format("the engine does not answer: {}", error.what()));
      result.problem = error.what();
      pause = pauses.after_failure();
    }
    result.finished = quiet >= pace.quiet_passes;
    if (result.finished || limit.remaining() < pause) {
      return result;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace drydock

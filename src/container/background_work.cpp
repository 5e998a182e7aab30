#include "container/background_work.h"

#include <exception>
#include <mutex>
#include <vector>

#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "container/background_remover.h"

namespace drydock {
namespace {

struct Works {
  explicit Works(const Works* /*inherited*/) {}

  std::mutex mutex;
  std::vector<std::weak_ptr<BackgroundWork>> entries;
};

PerProcess<Works> works;

std::vector<std::shared_ptr<BackgroundWork>> living() {
  Works& mine = works.get();
  std::vector<std::shared_ptr<BackgroundWork>> found;
  const std::lock_guard lock{mine.mutex};
  for (const std::weak_ptr<BackgroundWork>& entry : mine.entries) {
    if (std::shared_ptr<BackgroundWork> work = entry.lock()) {
      found.push_back(std::move(work));
    }
  }
  return found;
}

}  // namespace

void add_background_work(const std::shared_ptr<BackgroundWork>& work) {
  Works& mine = works.get();
  const std::lock_guard lock{mine.mutex};
  std::erase_if(mine.entries, [](const std::weak_ptr<BackgroundWork>& entry) { return entry.expired(); });
  mine.entries.push_back(work);
}

bool end_background_work(Deadline deadline) noexcept {
  try {
    bool ended = true;
    for (const std::shared_ptr<BackgroundWork>& work : living()) {
      ended = work->end(deadline) && ended;
    }
    return BackgroundRemover::of_this_process().drain(deadline) && ended;
  } catch (const std::exception& error) {
    log::error(error.what());
    return false;
  }
}

}  // namespace drydock

// What goes on behind the program's own threads and makes or removes objects of the engine: it has to end
// before the program's drain looks at what is left. Thread-safe; a forked child starts with none.
#pragma once

#include <memory>

#include "drydock/base/deadline.h"

namespace drydock {

class BackgroundWork {
 public:
  BackgroundWork() = default;
  BackgroundWork(const BackgroundWork&) = delete;
  BackgroundWork& operator=(const BackgroundWork&) = delete;
  virtual ~BackgroundWork() = default;

  /// Begins nothing new and waits for what is going on. Returns whether all of it has ended; when it has not,
  /// it is called once more after the objects of the process were removed.
  virtual bool end(Deadline deadline) noexcept = 0;
};

/// Has `work` ended at the end of the program, unless it is gone by then.
void add_background_work(const std::shared_ptr<BackgroundWork>& work);

/// Ends all that was added, then waits for the background removals. Returns whether all has ended.
bool end_background_work(Deadline deadline) noexcept;

}  // namespace drydock

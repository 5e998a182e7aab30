#include "container/poll_pace.h"

#include <thread>

namespace drydock {

void sleep_within(std::chrono::nanoseconds pause, Deadline deadline) {
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, deadline.remaining()));
}

}  // namespace drydock

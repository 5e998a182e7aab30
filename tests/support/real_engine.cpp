#include "support/real_engine.h"

#include <chrono>
#include <thread>

#include "container/session.h"

namespace drydock {

std::vector<std::string> left_behind_here() {
  return left_behind(std::string{label::kSession} + "=" + current_session().id);
}

bool all_gone(const std::string& filter) {
  const Deadline deadline = Deadline::in(std::chrono::seconds{20});
  while (!left_behind(filter).empty()) {
    if (deadline.expired()) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace drydock

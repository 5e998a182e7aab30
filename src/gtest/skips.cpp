#include "gtest/skips.h"

#include <atomic>
#include <mutex>

namespace drydock {
namespace {

std::atomic<bool> noted{false};

std::mutex reason_mutex;
std::optional<std::string> reason;

}  // namespace

void note_skip() {
  noted = true;
}

bool take_skip() {
  return noted.exchange(false);
}

void skip_all_tests(std::string why) {
  const std::lock_guard lock{reason_mutex};
  reason = std::move(why);
}

void skip_no_more_tests() {
  const std::lock_guard lock{reason_mutex};
  reason.reset();
}

std::optional<std::string> reason_to_skip() {
  const std::lock_guard lock{reason_mutex};
  return reason;
}

}  // namespace drydock

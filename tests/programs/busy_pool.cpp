// Ends while a pool is busy: threads borrow and give back, workers start and remove. The argument says how;
// see tests/integration/pool_test.cpp.
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "drydock/base/error.h"
#include "drydock/container/pool.h"

#include "support/real_engine.h"

namespace {

using drydock::ContainerPool;

drydock::PoolOptions options() {
  return {.size = 3, .max_total = 6, .workers = 3};
}

// Borrows again and again until the pool is closed under it.
void use(ContainerPool& pool, std::atomic<int>& leases) {
  try {
    while (true) {
      const ContainerPool::Lease lease = pool.acquire();
      ++leases;
    }
  } catch (const drydock::Error&) {
  }
}

void make_busy(ContainerPool& pool) {
  static std::atomic<int> leases{0};
  for (int i = 0; i < 4; ++i) {
    std::thread{[&pool] { use(pool, leases); }}.detach();
  }
  while (leases < 6) {
    std::this_thread::yield();
  }
}

[[noreturn]] void exit_busy() {
  ContainerPool pool{drydock::idle_spec(), options()};
  const ContainerPool::Lease lease = pool.acquire();
  make_busy(pool);
  std::exit(3);
}

[[noreturn]] void exit_early() {
  const ContainerPool pool{drydock::idle_spec(), options()};
  std::exit(3);  // the first containers are only just being made
}

[[noreturn]] void exit_while_members_wait_to_be_ready() {
  drydock::ContainerSpec spec = drydock::idle_spec();
  spec.ready = {drydock::wait::LogLine{.contains = "never"}};
  const ContainerPool pool{spec, options()};
  while (drydock::left_behind_here().empty()) {
    std::this_thread::yield();
  }
  std::exit(3);
}

[[noreturn]] void exit_with_a_static() {
  static ContainerPool pool{drydock::idle_spec(), options()};
  static const ContainerPool::Lease lease = pool.acquire();
  std::exit(3);
}

// The child ends by std::exit with its copies of the pool and of a lease.
int fork_busy() {
  ContainerPool pool{drydock::idle_spec(), options()};
  const ContainerPool::Lease lease = pool.acquire();
  const pid_t child = ::fork();
  if (child == 0) {
    std::exit(0);
  }
  int status = 0;
  const bool ended = ::waitpid(child, &status, 0) == child && status == 0;
  return ended && lease->inspect().state.running ? 0 : 1;
}

int return_from_main() {
  ContainerPool pool{drydock::idle_spec(), options()};
  const ContainerPool::Lease lease = pool.acquire();
  return lease->exec({"true"}).ok() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view how = argc > 1 ? argv[1] : "";
  if (how == "exits") {
    exit_busy();
  }
  if (how == "exits-early") {
    exit_early();
  }
  if (how == "exits-waiting") {
    exit_while_members_wait_to_be_ready();
  }
  if (how == "static") {
    exit_with_a_static();
  }
  return how == "forks" ? fork_busy() : return_from_main();
}

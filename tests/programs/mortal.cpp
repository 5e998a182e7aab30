// A test program that dies with a container, a network and a volume in its hands, in the way that
// DRYDOCK_DEATH names; "wait" leaves it to others. See tests/integration/deaths_test.cpp. It says "owner
// TEXT" when all stands. Another of its tests holds a pool and a busy shell, too.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/pool.h"
#include "drydock/container/shell.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"
#include "drydock/observability/metrics.h"

#include "container/owner.h"
#include "support/real_engine.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

void tell_owner() {
  std::printf("owner %s\n", Owner::of_this_process().to_text().c_str());
  std::fflush(stdout);
}

[[noreturn]] void wait_for_death() {
  for (;;) {
    ::pause();
  }
}

void die_of_memory() {
  constexpr std::size_t kPiece = std::size_t{16} << 20;
  for (;;) {
    void* const memory =
        ::mmap(nullptr, kPiece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) {
      std::printf("there is no limit to run into\n");
      return;
    }
  }
}

void fork_a_survivor() {
  const pid_t child = ::fork();
  if (child == 0) {
    wait_for_death();
  }
  std::printf("survivor %d\n", child);
  std::fflush(stdout);
  wait_for_death();
}

// Some create is under way whenever the end comes.
void create_on_and_on() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (;;) {
        (void)create_container(Client::from_environment(), idle_spec());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

[[noreturn]] void terminate() {
  std::terminate();
}

const std::map<std::string, std::function<void(const TestContainer&)>> kDeaths{
    {"assert", [](const TestContainer&) { ASSERT_TRUE(false) << "on purpose"; }},
    {"exception", [](const TestContainer&) { throw std::runtime_error("on purpose"); }},
    {"terminate", [](const TestContainer&) { terminate(); }},
    {"abort", [](const TestContainer&) { std::abort(); }},
    {"segv", [](const TestContainer&) { std::raise(SIGSEGV); }},
    {"_exit", [](const TestContainer&) { ::_exit(3); }},
    {"quick_exit", [](const TestContainer&) { std::quick_exit(3); }},
    {"exit", [](const TestContainer&) { std::exit(3); }},
    {"thread",
     [](const TestContainer&) { std::thread{[] { throw std::runtime_error("on purpose"); }}.join(); }},
    {"memory", [](const TestContainer&) { die_of_memory(); }},
    {"survivor", [](const TestContainer&) { fork_a_survivor(); }},
    {"exec",
     [](const TestContainer& container) {
       container.exec({"sh", "-c", "echo; sleep 600"}, {.on_stdout = [](auto) {
                        std::printf("in exec\n");
                        return std::fflush(stdout) == 0;
                      }});
     }},
    {"create", [](const TestContainer&) { create_on_and_on(); }},
    {"stubborn",
     [](const TestContainer&) {
       std::signal(SIGTERM, SIG_IGN);
       wait_for_death();
     }},
    {"wait", [](const TestContainer&) { wait_for_death(); }},
};

void die(const TestContainer& container) {
  const char* const death = std::getenv("DRYDOCK_DEATH");
  kDeaths.at(death == nullptr ? "" : death)(container);
}

ContainerSpec spec_with(const TestNetwork& network, const TestVolume& volume) {
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.networks = {{.network = network.name()}};
  spec.mounts = {Mount::volume(volume.name(), "/data")};
  return spec;
}

// Returns when a shell of the container is in the midst of a command, which its session's name tells from
// others. The command, and so the thread, ends with the container.
std::jthread with_busy_shell(const TestContainer& container) {
  std::promise<void> begun;
  std::future<void> has_begun = begun.get_future();
  const auto calls = [] { return metrics::snapshot().total("drydock_calls"); };
  Shell shell = container.shell();
  const auto before = calls();
  std::jthread thread{[shell = std::move(shell), begun = std::move(begun)]() mutable {
    try {
      shell.run({"sh", "-c", "echo; sleep 600; :", std::getenv("DRYDOCK_SESSION")},
                {.timeout = std::chrono::minutes{10}, .on_stdout = [&begun](auto) {
                   begun.set_value();
                   return true;
                 }});
    } catch (const Error& error) {
      std::printf("the command ended: %s\n", error.what());
    }
  }};
  has_begun.get();
  if (calls() != before) {
    std::printf("an exec took the shell's place\n");
    std::fflush(stdout);
    std::abort();
  }
  return thread;
}

TEST(Mortal, Dies) {
  const TestNetwork network;
  const TestVolume volume;
  const TestContainer container{spec_with(network, volume)};
  tell_owner();
  die(container);
}

TEST(Mortal, DiesWithAPoolAndABusyShell) {
  std::jthread busy;  // outlives the container, whose end ends it
  const TestNetwork network;
  const TestVolume volume;
  const TestContainer container{spec_with(network, volume)};
  busy = with_busy_shell(container);
  ContainerPool pool{standing_spec(), {.size = 1, .max_total = 2, .shell = true}};
  const ContainerPool::Lease lease = pool.acquire();
  pool.wait_ready();
  tell_owner();
  die(container);
}

// The cheapest thing to hold.
TEST(Mortal, HoldsOneContainer) {
  const TestContainer container{idle_spec()};
  tell_owner();
  wait_for_death();
}

TEST(Mortal, HoldsAStandingNetwork) {
  const TestContainer container{standing_spec()};
  tell_owner();
  wait_for_death();
}

}  // namespace
}  // namespace drydock

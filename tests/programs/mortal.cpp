// A test program that dies with a container, a network and a volume in its hands, in the way that
// DRYDOCK_DEATH names; "wait" leaves it to others. See tests/integration/deaths_test.cpp. It says "owner
// TEXT" when all stands.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"

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

TEST(Mortal, Dies) {
  const char* const death = std::getenv("DRYDOCK_DEATH");
  ASSERT_NE(death, nullptr);
  const TestNetwork network;
  const TestVolume volume;
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.networks = {{.network = network.name()}};
  spec.mounts = {Mount::volume(volume.name(), "/data")};
  const TestContainer container{spec};
  tell_owner();
  kDeaths.at(death)(container);
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

// One client in eight threads at once.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/engine_test.h"

namespace drydock {
namespace {

constexpr int kThreads = 8;

class ClientThreadsTest : public EngineTest {
 protected:
  /// Runs `work` in eight threads; what it throws fails the test.
  template <typename Work>
  static void in_threads(const Work& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&work, i] {
        try {
          work(i);
        } catch (const std::exception& error) {
          ADD_FAILURE() << "thread " << i << ": " << error.what();
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
};

TEST_F(ClientThreadsTest, NegotiateAndCallSideBySide) {
  const Client shared{client().endpoint()};  // not negotiated yet
  std::atomic<int> answers{0};
  in_threads([&](int) {
    for (int round = 0; round < 20; ++round) {
      answers += shared.system().info().cpus > 0 ? 1 : 0;
    }
  });
  EXPECT_EQ(answers, kThreads * 20);
}

TEST_F(ClientThreadsTest, RunAContainerEach) {
  std::vector<ContainerId> ids;
  for (int i = 0; i < kThreads; ++i) {
    ids.push_back(create({"sh", "-c", "echo thread" + std::to_string(i) + "; exit " + std::to_string(i)}));
  }
  in_threads([&](int i) {
    const Containers containers = client().containers();
    const ContainerId& id = ids[static_cast<std::size_t>(i)];
    const Deadline deadline = Deadline::in(std::chrono::minutes{2});
    containers.start(id, deadline);
    EXPECT_EQ(containers.wait(id, WaitUntil::NotRunning, deadline).exit_code, i);
    EXPECT_EQ(containers.logs(id, {}, deadline).out, "thread" + std::to_string(i) + "\n");
    EXPECT_TRUE(containers.remove(id, {}, deadline));
  });
}

TEST_F(ClientThreadsTest, FollowAndExecInOneContainer) {
  const ContainerId id = run({"sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done; sleep 100"});
  in_threads([&](int i) {
    if (i % 2 == 0) {
      std::string seen;
      client().containers().follow_logs(
          id,
          [&](LogStream, std::string_view piece) {
            seen += piece;
            return seen.find('3') == std::string::npos;
          },
          {}, Deadline::in(std::chrono::minutes{1}));
      EXPECT_EQ(seen, "1\n2\n3\n");
    } else {
      EXPECT_EQ(output_of(id, {"echo", std::to_string(i)}), std::to_string(i) + "\n");
    }
  });
}

}  // namespace
}  // namespace drydock

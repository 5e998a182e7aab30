// What is asked of the engine for containers that are made ready ahead of the test, against docs/requests.md.
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/pool.h"
#include "drydock/container/test_container.h"

#include "base/random.h"
#include "support/child_run.h"
#include "support/real_engine.h"
#include "support/request_list_test.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

struct Ahead {
  static constexpr const char* name = "Ready ahead of the test";
};

class RequestsAheadTest : public RequestListTest<Ahead> {
 protected:
  // Gives a container back and waits for what takes its place.
  void expect_replacement(const std::string& name, const ContainerSpec& spec, bool shell) {
    ContainerPool pool{spec, {.size = 1, .max_total = 1, .shell = shell}, client()};
    ContainerPool::Lease lease = pool.acquire();
    expect(name, [&] {
      lease.give_back();
      pool.wait_ready();
    });
  }

  // Runs a suite of two tests, with one replacement between them.
  void expect_fresh(const std::string& name, const std::string& suite) {
    const ChildRun child =
        run_test_program("gtest_fresh_requests", {"--gtest_filter=" + suite + ".*"},
                         {{"DRYDOCK_SESSION", "fresh-requests-" + random_hex(8)}, {"DRYDOCK_LOG", "debug"}});
    EXPECT_EQ(child.exit_code, 0) << child.output;
    const std::size_t begin = child.output.find("] " + suite + ".First");
    const std::size_t end = child.output.rfind("] " + suite + ".Second (");
    ASSERT_LT(begin, end) << child.output;
    expect_asked(name, requests_in(child.output.substr(begin, end - begin)));
  }

 private:
  // By the lines of the log about single calls.
  static std::vector<std::string> requests_in(const std::string& log) {
    static const std::regex call{"': ((GET|HEAD|POST|PUT|DELETE) /[^ ]*): "};
    std::vector<std::string> all;
    for (std::sregex_iterator found{log.begin(), log.end(), call}; found != std::sregex_iterator{}; ++found) {
      all.push_back((*found)[1]);
    }
    return all;
  }
};

TEST_F(RequestsAheadTest, PoolsReplaceWhatComesBack) {
  expect_replacement("ContainerPool, a lease given back", idle_spec(), false);
  expect_replacement("ContainerPool with shell, a lease given back", idle_spec(), true);
}

TEST_F(RequestsAheadTest, PoolsReplaceWhatComesBackOnAStandingNetwork) {
  { const TestContainer brings_the_image{standing_spec()}; }
  expect_replacement("ContainerPool, a lease given back, standing network", standing_spec(), false);
  expect_replacement("ContainerPool with shell, a lease given back, standing network", standing_spec(), true);
}

TEST_F(RequestsAheadTest, SuitesGiveEachTestAFreshContainer) {
  expect_fresh("SuiteContainer with fresh_per_test, from one test to the next", "Roving");
  expect_fresh("SuiteContainer with fresh_per_test and open_shell, from one test to the next", "RovingShell");
}

TEST_F(RequestsAheadTest, SuitesGiveEachTestAFreshContainerOnAStandingNetwork) {
  expect_fresh("SuiteContainer with fresh_per_test, standing network, from one test to the next", "Standing");
  expect_fresh(
      "SuiteContainer with fresh_per_test and open_shell, standing network, from one test to the next",
      "StandingShell");
}

}  // namespace
}  // namespace drydock

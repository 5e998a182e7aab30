// Many fresh databases, in one process and in several that share the run's server: none is shared, none is
// left.
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/fixtures/postgres.h"
#include "drydock/gtest/services.h"

#include "support/child_process.h"
#include "support/engine_test.h"
#include "support/soak.h"
#include "support/test_run.h"

namespace drydock {
namespace {

using ::testing::SizeIs;

constexpr const char* kTestDatabases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'test\\_%'";

class FreshDatabaseTest : public EngineTest {
 protected:
  void TearDown() override {
    run_.end();
    EXPECT_TRUE(all_gone(run_.filter()));
  }

  /// Has `processes` programs take `each` databases, and returns how each was told.
  std::multiset<std::string> take(std::size_t processes, int each) {
    std::vector<ChildProcess> takers;
    for (std::size_t i = 0; i < processes; ++i) {
      std::map<std::string, std::string> environment = run_.environment();
      environment["FRESH_DATABASES"] = std::to_string(each);
      takers.emplace_back(std::vector<std::string>{DRYDOCK_TEST_PROGRAMS_DIR "/fresh_databases"},
                          environment);
    }
    std::multiset<std::string> told;
    for (ChildProcess& taker : takers) {
      EXPECT_EQ(taker.wait(std::chrono::seconds{240}).exit_code, 0) << taker.output();
      std::istringstream lines{taker.output()};
      for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("database ")) {
          told.insert(line.substr(9));
        }
      }
    }
    return told;
  }

  TestRun run_;
};

TEST_F(FreshDatabaseTest, NoneIsSharedAndNoneIsLeft) {
  const TestRun::Joined joined{run_};
  const fixtures::Postgres postgres{shared_container(fixtures::Postgres::spec())};
  for (const std::size_t processes : {std::size_t{1}, std::size_t{4}}) {
    const int each = soak_rounds(200) / static_cast<int>(processes);
    const std::multiset<std::string> told = take(processes, each);
    const std::set<std::string> names{told.begin(), told.end()};
    EXPECT_THAT(names, SizeIs(static_cast<std::size_t>(each) * processes)) << "each has a name of its own";
    for (const std::string& line : names) {
      EXPECT_EQ(line.substr(line.find(' ')), " 1")
          << "a fresh one holds the one table of its setup: " << line;
    }
    EXPECT_EQ(postgres.psql(kTestDatabases).out, "0\n");
  }
  EXPECT_EQ(postgres.psql("SELECT count(*) FROM pg_database WHERE datname LIKE 'drydock\\_template%'").out,
            "2\n")
      << "the template is prepared once";
}

}  // namespace
}  // namespace drydock

// The Postgres fixture on a real server, through libpq.
#include "drydock/fixtures/postgres.h"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/attach.h"
#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/container/snapshot.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/environment_variable.h"
#include "support/postgres_connection.h"
#include "support/scratch_directory.h"
#include "support/self_signed.h"
#include "support/subprocess.h"
#include "support/thrown.h"
#include "support/tool.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Connection = PostgresConnection;

struct Orders : Postgres {
  using Postgres::Postgres;
  static Options options() {
    return {.password = "p@ss/word",
            .init = {{.path = "1-schema.sql",
                      .content = "CREATE TABLE orders (id int PRIMARY KEY, item text);\n"
                                 "INSERT INTO orders VALUES (1, 'anchor');"}}};
  }
};

class PostgresTest : public SuiteService<Orders> {
 protected:
  static std::string databases() {
    return ask(service().url(),
               "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE "
               "NOT datistemplate");
  }
};

TEST_F(PostgresTest, IsReadyForTheFirstQueryAndRanTheInitScripts) {
  EXPECT_EQ(ask(service().url(), "SELECT item FROM orders WHERE id = 1"), "anchor");
}

TEST_F(PostgresTest, GivesEachItsOwnDatabaseInTheStateAfterSetUpAndDropsIt) {
  std::string first_name;
  {
    const PostgresDatabase first = service().fresh_database();
    const PostgresDatabase second = service().fresh_database();
    first_name = first.name();
    EXPECT_NE(first.name(), second.name());
    EXPECT_EQ(ask(first.url(), "DELETE FROM orders"), "");
    EXPECT_EQ(ask(first.url(), "SELECT count(*) FROM orders"), "0");
    EXPECT_EQ(ask(second.url(), "SELECT count(*) FROM orders"), "1");
    EXPECT_EQ(ask(second.url(), "SELECT current_database()"), second.name());
  }
  EXPECT_THAT(databases(), Not(HasSubstr("test_")));
}

TEST_F(PostgresTest, DropsADatabaseThatIsStillInUse) {
  std::unique_ptr<Connection> lingering;
  {
    const PostgresDatabase database = service().fresh_database();
    lingering = std::make_unique<Connection>(database.url());
    EXPECT_EQ(lingering->ask("SELECT 1"), "1");
  }
  EXPECT_THAT(databases(), Not(HasSubstr("test_")));
  EXPECT_THAT(lingering->ask("SELECT 1"), HasSubstr("terminating connection"));
}

TEST_F(PostgresTest, AMovedDatabaseIsDroppedOnce) {
  PostgresDatabase first = service().fresh_database();
  PostgresDatabase second = std::move(first);
  EXPECT_EQ(ask(second.url(), "SELECT 1"), "1");
  second = service().fresh_database();
  EXPECT_EQ(ask(second.url(), "SELECT 1"), "1");
}

TEST_F(PostgresTest, PreparesATemplateOnceForEachSetup) {
  const ScratchDirectory folder;
  const std::string file = folder.path() / "2.sql";
  std::ofstream{file} << "INSERT INTO parts VALUES ('keel')";
  int prepared = 0;
  const PostgresSetup setup{.sql = {"CREATE TABLE parts (name text)"},
                            .files = {file},
                            .prepare =
                                [&](const std::string& url) {
                                  ++prepared;
                                  EXPECT_EQ(ask(url, "INSERT INTO parts VALUES ('mast')"), "");
                                },
                            .key = "parts 1"};
  for (int i = 0; i < 3; ++i) {
    const PostgresDatabase database = service().fresh_database(setup);
    EXPECT_EQ(ask(database.url(), "SELECT string_agg(name, ' ' ORDER BY name) FROM parts"), "keel mast");
    EXPECT_EQ(ask(database.url(), "SELECT count(*) FROM orders"), "1") << "it builds on the set-up";
  }
  EXPECT_EQ(prepared, 1);
  PostgresSetup other = setup;
  other.key = "parts 2";
  const PostgresDatabase database = service().fresh_database(other);
  EXPECT_EQ(prepared, 2);
}

TEST_F(PostgresTest, ShowsTheServersWordsWhenASetupFailsAndTriesItAgain) {
  const PostgresSetup broken{.sql = {"CREATE TABLE ok (id int)", "CREATE TABEL oops (id int)"}};
  for (int i = 0; i < 2; ++i) {
    const auto error = thrown_by<Error>([&] { (void)service().fresh_database(broken); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
    EXPECT_THAT(error->what(), AllOf(HasSubstr(".sql[1]"), HasSubstr("syntax error at or near \"TABEL\"")));
  }
  EXPECT_EQ(ask(service().fresh_database().url(), "SELECT count(*) FROM orders"), "1");
}

TEST_F(PostgresTest, RefusesASetupThatCannotBeTold) {
  const PostgresSetup nameless{.prepare = [](const std::string&) {}};
  EXPECT_THROW((void)service().fresh_database(nameless), InvalidArgumentError);
  const PostgresSetup missing{.files = {"no-such.sql"}};
  const auto error = thrown_by<InvalidArgumentError>([&] { (void)service().fresh_database(missing); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("no-such.sql"));
}

TEST_F(PostgresTest, ComesBackToCleanWhateverATestDidToItsDatabase) {
  Connection lingering{service().url()};
  EXPECT_EQ(ask(service().url(),
                "DROP TABLE orders; CREATE TABLE dirt (id int); CREATE SCHEMA more; "
                "ALTER DATABASE app SET search_path = more"),
            "");
  service().clean();
  EXPECT_EQ(ask(service().url(), "SELECT item FROM orders"), "anchor");
  EXPECT_EQ(ask(service().url(), "SELECT to_regclass('public.dirt') IS NULL"), "t");
  EXPECT_EQ(ask(service().url(), "SELECT count(*) FROM pg_namespace WHERE nspname = 'more'"), "0");
}

TEST_F(PostgresTest, RunsSqlByPsql) {
  EXPECT_THAT(service().psql("SELECT 1, 'two'; SELECT 3"), Succeeded(StdoutIs("1\ttwo\n3\n")));
  const ExecResult refused = service().psql("SELECT 1; SELECT nonsense; SELECT 2");
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_EQ(refused.out, "1\n");
  EXPECT_THAT(refused.err, HasSubstr("column \"nonsense\" does not exist"));
}

TEST_F(PostgresTest, ServesManyThreads) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::set<std::string> names;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        const PostgresDatabase database = service().fresh_database();
        EXPECT_EQ(ask(database.url(), "SELECT count(*) FROM orders"), "1");
        const std::lock_guard lock{mutex};
        names.insert(database.name());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(names.size(), 20U);
  EXPECT_THAT(databases(), Not(HasSubstr("test_")));
}

TEST_F(PostgresTest, RefusesWrongCredentialsInTheServersWords) {
  std::string url = service().url();
  url.replace(url.find("p%40ss"), 6, "wrong");
  EXPECT_THAT(Connection{url}.failure(), HasSubstr("password authentication failed"));
}

TEST(PostgresStartTest, TakesSettingsAndAConfigurationOfItsOwn) {
  const Postgres postgres{{.settings = {{"max_connections", "17"}}}};
  EXPECT_EQ(ask(postgres.url(), "SHOW max_connections"), "17");
  EXPECT_EQ(ask(postgres.url(), "SHOW fsync"), "off");
}

TEST(PostgresStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const Postgres postgres{{.tls = signed_by_itself.files()}};
  Connection connection{postgres.url()};
  EXPECT_EQ(connection.failure(), "");
  EXPECT_TRUE(connection.uses_tls());
}

TEST(PostgresStartTest, ShowsTheServersWordsWhenASettingIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] {
    (void)Postgres{{.settings = {{"max_connections", "many"}}}};
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("invalid value for parameter \"max_connections\""));
}

TEST(PostgresStartTest, ShowsTheServersWordsWhenAnInitScriptIsBroken) {
  const auto error = thrown_by<ContainerStartError>(
      [] { (void)Postgres{{.init = {{.path = "1.sql", .content = "SELECT nonsense;"}}}}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("column \"nonsense\" does not exist"));
}

TEST(PostgresStartTest, IsTheServiceThatTheToolBroughtUp) {
  const ScratchDirectory folder;
  const std::string state = folder.path() / "pg.json";
  const SubprocessResult up =
      run_tool({"up", "pg", "--fixture", "postgres", "--env", "POSTGRES_DB=orders", "--state", state});
  ASSERT_EQ(up.exit_code, 0) << up.output;
  {
    const EnvironmentVariable variable{"DRYDOCK_SERVICE_PG", state};
    const Postgres postgres{attach("pg")};
    EXPECT_EQ(postgres.database(), "orders");
    EXPECT_EQ(ask(postgres.url(), "SELECT current_database()"), "orders");
    const PostgresDatabase database = postgres.fresh_database();
    EXPECT_EQ(ask(database.url(), "SELECT current_database()"), database.name());
    postgres.clean();
  }
  const SubprocessResult down = run_tool({"down", "--state", state});
  EXPECT_EQ(down.exit_code, 0) << down.output;
}

TEST(PostgresStartTest, SaysAtOnceThatTheServerDied) {
  Postgres postgres;
  const PostgresDatabase database = postgres.fresh_database();
  postgres.container().kill();
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { (void)postgres.fresh_database(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

TEST(PostgresStartTest, ServesAgainAfterItsContainerWasReset) {
  Postgres postgres;
  EXPECT_EQ(ask(postgres.fresh_database().url(), "SELECT 1"), "1");
  postgres.container().reset(reset::Restart{});
  EXPECT_EQ(ask(postgres.fresh_database().url(), "SELECT 1"), "1");
  postgres.container().reset(reset::Recreate{});
  EXPECT_EQ(ask(postgres.fresh_database().url(), "SELECT 1"), "1");
}

TEST(PostgresStartTest, IsSetUpAnewWhenItsContainerStartsAgain) {
  Postgres postgres{{.init = {{.path = "1.sql", .content = "CREATE TABLE t (id int);"}}}};
  const PostgresSetup setup{.sql = {"INSERT INTO t VALUES (2)"}};
  EXPECT_EQ(ask(postgres.fresh_database(setup).url(), "SELECT id FROM t"), "2");
  EXPECT_EQ(ask(postgres.url(), "INSERT INTO t VALUES (1)"), "");
  EXPECT_EQ(ask(postgres.url(), "CREATE DATABASE dirt"), "");
  postgres.container().stop();
  postgres.container().start();
  EXPECT_EQ(ask(postgres.url(), "SELECT count(*) FROM t"), "0");
  EXPECT_EQ(ask(postgres.url(), "SELECT count(*) FROM pg_database WHERE datname = 'dirt'"), "0");
  EXPECT_EQ(ask(postgres.fresh_database(setup).url(), "SELECT id FROM t"), "2");
  postgres.clean();
  EXPECT_EQ(ask(postgres.url(), "SELECT count(*) FROM t"), "0");
}

TEST(PostgresStartTest, KeepsItsRowsOverAStopWhenItIsDurable) {
  Postgres postgres{{.init = {{.path = "1.sql", .content = "CREATE TABLE t (id int);"}}, .durable = true}};
  EXPECT_EQ(ask(postgres.url(), "INSERT INTO t VALUES (1)"), "");
  EXPECT_EQ(ask(postgres.url(), "SHOW fsync"), "on");
  postgres.container().stop();
  postgres.container().start();
  EXPECT_EQ(ask(postgres.url(), "SELECT id FROM t"), "1");
  postgres.clean();
  EXPECT_EQ(ask(postgres.url(), "SELECT count(*) FROM t"), "0");
}

TEST(PostgresStartTest, IsInASnapshotWhenItsDataStandsInTheContainersOwnFiles) {
  ContainerSpec spec = Postgres::spec({.init = {{.path = "1.sql", .content = "CREATE TABLE t (id int);"}}});
  spec.mounts.clear();
  Postgres postgres{TestContainer{std::move(spec)}};
  EXPECT_EQ(ask(postgres.url(), "INSERT INTO t VALUES (1)"), "");
  EXPECT_EQ(ask(postgres.url(), "CHECKPOINT"), "");  // nothing else waits for the disk
  {
    const Snapshot prepared = postgres.container().snapshot();
    EXPECT_EQ(ask(postgres.url(), "INSERT INTO t VALUES (2)"), "");
    postgres.container().reset(reset::FromSnapshot{.image = prepared.image()});
    EXPECT_EQ(ask(postgres.url(), "SELECT string_agg(id::text, ' ') FROM t"), "1");
    postgres.container().remove();  // before its image
  }
}

}  // namespace
}  // namespace drydock::fixtures

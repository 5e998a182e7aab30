// The MariaDB fixture on a real server, through its client library.
#include "drydock/fixtures/mariadb.h"

#include <atomic>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/container/shared_container.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/engine_test.h"
#include "support/mariadb_connection.h"
#include "support/scratch_directory.h"
#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/test_run.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

::testing::Environment* const mariadb_image =
    ::testing::AddGlobalTestEnvironment(new ServiceImage{MariaDbOptions{}.image});

using Connection = MariaDbConnection;

constexpr const char* kSchema = R"(
CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, name varchar(50) UNIQUE,
  shout varchar(50) GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, item text,
  CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, what text);
CREATE TABLE parts (id int AUTO_INCREMENT PRIMARY KEY, name text, weight double, mark blob, at timestamp NULL);
CREATE TRIGGER logged AFTER INSERT ON orders FOR EACH ROW INSERT INTO log (what) VALUES (NEW.item);
CREATE VIEW named AS SELECT orders.id, users.name, item FROM orders JOIN users ON users.id = orders.user_id;
DELIMITER //
CREATE PROCEDURE order_it(IN who int, IN what text) BEGIN INSERT INTO orders (user_id, item) VALUES (who, what); END//
CREATE FUNCTION seven() RETURNS int DETERMINISTIC RETURN 7//
DELIMITER ;
INSERT INTO users (name) VALUES ('ann'), ('bob');
INSERT INTO orders (user_id, item) VALUES (1, 'anchor');
INSERT INTO parts (name, weight, mark, at) VALUES ('keel', 1.5, x'00ff27', '2020-02-02 02:02:02'), (NULL, NULL, NULL, NULL);
DELETE FROM users WHERE name = 'bob';
)";

/// All that the schema holds and does, as one text.
std::string state_of(Connection& connection) {
  return connection.ask(
      "SELECT CONCAT_WS('|', (SELECT GROUP_CONCAT(id, name, shout) FROM users), "
      "(SELECT GROUP_CONCAT(id, user_id, item) FROM orders), (SELECT GROUP_CONCAT(id, what) FROM log), "
      "(SELECT GROUP_CONCAT(CONCAT_WS('/', id, name, weight, hex(mark), at) ORDER BY id) FROM parts), "
      "(SELECT GROUP_CONCAT(id, name, item) FROM named), seven(), "
      "(SELECT GROUP_CONCAT(table_name ORDER BY table_name) FROM information_schema.tables WHERE "
      "table_schema = "
      "DATABASE()), "
      "(SELECT GROUP_CONCAT(table_name, auto_increment ORDER BY table_name) FROM information_schema.tables "
      "WHERE "
      "table_schema = DATABASE()), "
      "(SELECT GROUP_CONCAT(trigger_name) FROM information_schema.triggers WHERE trigger_schema = "
      "DATABASE()))");
}

struct Orders : MariaDb {
  using MariaDb::MariaDb;
  static Options options() {
    return {.password = "p@ss/word", .init = {{.path = "1-schema.sql", .content = kSchema}}};
  }
};

class MariaDbTest : public SuiteService<Orders> {
 protected:
  static void SetUpTestSuite() {
    SuiteService<Orders>::SetUpTestSuite();
    Connection connection{service()};
    after_set_up() = state_of(connection);
  }
  static std::string& after_set_up() {
    static std::string state;
    return state;
  }
  static std::string state() {
    Connection connection{service()};
    return state_of(connection);
  }
  static std::string databases() {
    return service().sql("SELECT GROUP_CONCAT(schema_name) FROM information_schema.schemata").out;
  }
};

TEST_F(MariaDbTest, IsReadyForTheFirstQueryAndRanTheInitScripts) {
  EXPECT_THAT(after_set_up(),
              HasSubstr("1annANN|11anchor|1anchor|1/keel/1.5/00FF27/2020-02-02 02:02:02,2|1annanchor|7|"));
}

TEST_F(MariaDbTest, ComesBackToCleanWhateverATestDidToItsDatabase) {
  const std::vector<std::string> dirt{
      "INSERT INTO log (what) VALUES ('dirt')",
      "DELETE FROM log; INSERT INTO parts (name) VALUES ('dirt')",
      "UPDATE users SET name = 'ANN'",
      "BEGIN; INSERT INTO users (name) VALUES ('gone'); ROLLBACK",
      "SET foreign_key_checks = 0; TRUNCATE users; TRUNCATE parts",
      "CALL order_it(1, 'dirt')",
      "DROP TABLE orders; CREATE TABLE dirt (id int)",
      "DROP VIEW named; DROP TRIGGER logged; DROP FUNCTION seven; DROP PROCEDURE order_it",
      "ALTER TABLE parts ADD COLUMN dirt int DEFAULT 7, DROP COLUMN mark",
      "ALTER DATABASE app CHARACTER SET latin1",
      "RENAME TABLE log TO dirt",
      "PREPARE made FROM 'CREATE TABLE dirt (id int)'; EXECUTE made",
      "DROP DATABASE app",
      ""};
  for (int round = 0; round < 2; ++round) {
    for (const std::string& sql : dirt) {
      service().clean();
      Connection connection{service()};
      EXPECT_EQ(sql.empty() ? "" : connection.ask(sql), "");
      service().clean();
      EXPECT_EQ(state(), after_set_up()) << sql;
      EXPECT_EQ(service().sql("SELECT @@character_set_database").out, "utf8mb4\n");
    }
  }
  Connection connection{service()};
  EXPECT_EQ(connection.ask("CALL order_it(1, 'rope')"), "");
  EXPECT_EQ(connection.ask("SELECT GROUP_CONCAT(id, what) FROM log"), "1anchor,2rope")
      << "trigger and routine work";
  EXPECT_THAT(connection.ask("INSERT INTO orders (user_id) VALUES (99)"),
              HasSubstr("foreign key constraint fails"));
}

TEST_F(MariaDbTest, MakesNothingAnewWhenRowsChangedOnly) {
  const char* const tables =
      "SELECT name, table_id FROM information_schema.innodb_sys_tables WHERE name LIKE 'app/%' AND name <> "
      "'app/log' "
      "ORDER BY name";
  service().clean();
  const std::string before = service().sql(tables).out;
  Connection connection{service()};
  EXPECT_EQ(connection.ask("UPDATE log SET what = 'dirt'"), "");
  service().clean();
  EXPECT_EQ(state(), after_set_up());
  EXPECT_EQ(service().sql(tables).out, before) << "only the table of the changed rows was filled again";
}

TEST_F(MariaDbTest, DisconnectsWhoHoldsTheTables) {
  Connection lingering{service()};
  EXPECT_EQ(lingering.ask("BEGIN; INSERT INTO parts (name) VALUES ('dirt')"), "");
  service().clean();
  EXPECT_NE(lingering.ask("SELECT 1"), "1");
  EXPECT_EQ(state(), after_set_up());
}

TEST_F(MariaDbTest, GivesEachItsOwnDatabaseInTheStateAfterSetUpAndDropsIt) {
  {
    const MariaDbDatabase first = service().fresh_database();
    const MariaDbDatabase second = service().fresh_database();
    EXPECT_NE(first.name(), second.name());
    Connection one{service(), first.name()}, two{service(), second.name()};
    EXPECT_EQ(state_of(one), after_set_up());
    EXPECT_EQ(one.ask("DELETE FROM orders"), "");
    EXPECT_EQ(one.ask("SELECT COUNT(*) FROM named"), "0");
    EXPECT_EQ(two.ask("SELECT COUNT(*) FROM named"), "1");
    EXPECT_THAT(first.url(), AllOf(HasSubstr("mysql://app:p%40ss%2Fword@"), HasSubstr(first.name())));
    EXPECT_EQ(one.ask("BEGIN; SELECT COUNT(*) FROM users"), "1");  // in use while it is dropped
  }
  EXPECT_THAT(databases(), Not(HasSubstr("test_")));
}

TEST_F(MariaDbTest, AMovedDatabaseIsDroppedOnce) {
  MariaDbDatabase first = service().fresh_database();
  MariaDbDatabase second = std::move(first);
  EXPECT_EQ(Connection(service(), second.name()).ask("SELECT seven()"), "7");
  second = service().fresh_database();
  EXPECT_EQ(Connection(service(), second.name()).ask("SELECT seven()"), "7");
}

TEST_F(MariaDbTest, PreparesOnceForEachSetup) {
  const ScratchDirectory folder;
  const std::string file = folder.path() / "2.sql";
  std::ofstream{file} << "INSERT INTO sails VALUES ('jib')";
  int prepared = 0;
  const MariaDbSetup setup{.sql = {"CREATE TABLE sails (name text)"},
                           .files = {file},
                           .prepare =
                               [&](const std::string& url) {
                                 ++prepared;
                                 Connection connection{service(), url.substr(url.rfind('/') + 1)};
                                 EXPECT_EQ(connection.ask("INSERT INTO sails VALUES ('main')"), "");
                               },
                           .key = "sails 1"};
  for (int i = 0; i < 3; ++i) {
    const MariaDbDatabase database = service().fresh_database(setup);
    Connection connection{service(), database.name()};
    EXPECT_EQ(connection.ask("SELECT GROUP_CONCAT(name ORDER BY name) FROM sails"), "jib,main");
    EXPECT_EQ(connection.ask("SELECT item FROM named"), "anchor") << "it builds on the set-up";
  }
  EXPECT_EQ(prepared, 1);
  MariaDbSetup other = setup;
  other.key = "sails 2";
  const MariaDbDatabase database = service().fresh_database(other);
  EXPECT_EQ(prepared, 2);
}

TEST_F(MariaDbTest, ShowsTheServersWordsWhenASetupFailsAndTriesItAgain) {
  const MariaDbSetup broken{.sql = {"CREATE TABLE ok (id int)", "CREATE TABEL oops (id int)"}};
  for (int i = 0; i < 2; ++i) {
    const auto error = thrown_by<Error>([&] { (void)service().fresh_database(broken); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
    EXPECT_THAT(error->what(),
                AllOf(HasSubstr(".sql[1]"), HasSubstr("You have an error in your SQL syntax")));
    EXPECT_THAT(databases(), Not(HasSubstr("test_"))) << "nothing is left of it";
  }
  const MariaDbDatabase database = service().fresh_database();
  EXPECT_EQ(Connection(service(), database.name()).ask("SELECT seven()"), "7");
}

TEST_F(MariaDbTest, RefusesASetupThatCannotBeTold) {
  EXPECT_THROW((void)service().fresh_database({.prepare = [](const std::string&) {}}), InvalidArgumentError);
  const auto error =
      thrown_by<InvalidArgumentError>([&] { (void)service().fresh_database({.files = {"no-such.sql"}}); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("no-such.sql"));
}

TEST_F(MariaDbTest, RunsSqlByTheContainersClient) {
  EXPECT_THAT(service().sql("SELECT 1, 'two'; SELECT 3"), Succeeded(StdoutIs("1\ttwo\n3\n")));
  const ExecResult refused = service().sql("SELECT 1; SELECT nonsense; SELECT 2");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "1\n");
  EXPECT_THAT(refused.err, HasSubstr("Unknown column 'nonsense'"));
}

TEST_F(MariaDbTest, ServesManyThreads) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::set<std::string> names;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 3; ++j) {
        const MariaDbDatabase database = service().fresh_database();
        Connection connection{service(), database.name()};
        EXPECT_EQ(connection.ask("SELECT item FROM named"), "anchor");
        const std::lock_guard lock{mutex};
        names.insert(database.name());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(names.size(), 9U);
  EXPECT_THAT(databases(), Not(HasSubstr("test_")));
}

TEST_F(MariaDbTest, RefusesWrongCredentialsInTheServersWords) {
  EXPECT_THAT(Connection(service(), "app", "wrong").ask("SELECT 1"),
              HasSubstr("Access denied for user 'app'"));
  EXPECT_THAT(Connection(service(), "mysql").ask("SELECT 1"), HasSubstr("Access denied for user 'app'"));
}

TEST(MariaDbStartTest, TakesSettingsAConfigurationAndRootAsItsUser) {
  const MariaDb server{
      {.user = "root", .settings = {{"max_connections", "17"}}, .config = "[mysqld]\nwait_timeout=77\n"}};
  Connection connection{server};
  EXPECT_EQ(connection.ask("SELECT @@max_connections"), "17");
  EXPECT_EQ(connection.ask("SELECT @@global.wait_timeout"), "77");
  EXPECT_EQ(connection.ask("CREATE TABLE dirt (id int)"), "");
  server.clean();
  EXPECT_EQ(server.sql("SHOW TABLES").out, "");
}

class MariaDbSharedTest : public EngineTest {
 protected:
  void TearDown() override {
    run_.end();
    EXPECT_TRUE(all_gone(run_.filter()));
  }
  TestRun run_;
};

TEST_F(MariaDbSharedTest, PreparesOnceForAllWhoShareTheServerAndCleansForEach) {
  const TestRun::Joined joined{run_};
  const ContainerSpec spec = MariaDb::spec(
      {.init = {{.path = "1.sql", .content = "CREATE TABLE t (id int); INSERT INTO t VALUES (1);"}}});
  std::atomic<int> prepared{0};
  std::vector<std::thread> users;
  for (int i = 0; i < 3; ++i) {
    users.emplace_back([&] {
      const MariaDb server{shared_container(spec)};  // each has a session of its own in the server
      const MariaDbDatabase database =
          server.fresh_database({.sql = {"INSERT INTO t VALUES (2)"},
                                 .prepare = [&](const std::string&) { ++prepared; },
                                 .key = "1"});
      EXPECT_EQ(Connection(server, database.name()).ask("SELECT GROUP_CONCAT(id) FROM t"), "1,2");
    });
  }
  for (std::thread& user : users) {
    user.join();
  }
  EXPECT_EQ(prepared, 1);
  const MariaDb one{shared_container(spec)}, other{shared_container(spec)};
  for (const MariaDb* const server : {&one, &other, &one}) {
    EXPECT_EQ(Connection{*server}.ask("INSERT INTO t VALUES (3)"), "");
    server->clean();
    EXPECT_EQ(Connection{*server}.ask("SELECT GROUP_CONCAT(id) FROM t"), "1");
  }
}

TEST(MariaDbStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const MariaDb server{{.tls = signed_by_itself.files()}};
  Connection connection{server, {}, {}, true};
  EXPECT_EQ(connection.ask("SELECT 1"), "1");
  EXPECT_NE(Connection{server}.ask("SELECT 1"), "1") << "the server takes TLS only";
  EXPECT_TRUE(connection.uses_tls());
  server.clean();
}

TEST(MariaDbStartTest, ShowsTheServersWordsWhenASettingIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] {
    (void)MariaDb{{.settings = {{"no_such_setting", "1"}}}};
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("unknown variable 'no_such_setting=1'"));
}

TEST(MariaDbStartTest, ShowsTheServersWordsWhenAnInitScriptIsBroken) {
  const auto error = thrown_by<ContainerStartError>(
      [] { (void)MariaDb{{.init = {{.path = "1.sql", .content = "SELECT nonsense;"}}}}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("Unknown column 'nonsense'"));
}

TEST(MariaDbStartTest, SaysAtOnceThatTheServerDiesUnderASetup) {
  MariaDb server;
  std::optional<ErrorCode> code;
  std::thread user{
      [&] { code = code_thrown_by([&] { (void)server.fresh_database({.sql = {"SELECT SLEEP(60)"}}); }); }};
  while (
      server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'").out !=
      "1\n") {
  }
  const auto killed = Deadline::Clock::now();
  server.container().kill();
  user.join();
  EXPECT_EQ(code, ErrorCode::ContainerExited);
  EXPECT_EQ(code_thrown_by([&] { server.clean(); }), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - killed, std::chrono::seconds{10});
}

TEST(MariaDbStartTest, ServesAgainAfterItsContainerWasRestarted) {
  MariaDb server{
      {.init = {{.path = "1.sql", .content = "CREATE TABLE t (id int); INSERT INTO t VALUES (1);"}}}};
  server.clean();
  server.container().reset(reset::Restart{});
  EXPECT_EQ(Connection{server}.ask("DELETE FROM t"), "");
  server.clean();
  EXPECT_EQ(Connection{server}.ask("SELECT id FROM t"), "1");
  const MariaDbDatabase database = server.fresh_database();
  EXPECT_EQ(Connection(server, database.name()).ask("SELECT id FROM t"), "1");
}

}  // namespace
}  // namespace drydock::fixtures

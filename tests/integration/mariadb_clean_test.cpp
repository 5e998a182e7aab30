// The way of a MariaDB database back to clean, against what a test may do to the server.
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/fixtures/mariadb.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/mariadb_connection.h"
#include "support/service_image.h"

namespace drydock::fixtures {
namespace {

::testing::Environment* const mariadb_image =
    ::testing::AddGlobalTestEnvironment(new ServiceImage{MariaDbOptions{}.image});

using Connection = MariaDbConnection;

struct Anchors : MariaDb {
  using MariaDb::MariaDb;
  static Options options() {
    return {
        .user = "Mé \"x",
        .password = "p\"a`s:s/w@o?r#d%&é $y",
        .database = "Odd",
        .init = {{.path = "1-schema.sql",
                  .content = "CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, item text);\n"
                             "INSERT INTO orders (item) VALUES ('anchor');\n"
                             "CREATE TABLE `漢\\t ``é` (id int); INSERT INTO `漢\\t ``é` VALUES (7);\n"}}};
  }
};

constexpr const char* kAfterSetUp = "1 anchor 7";

class MariaDbCleanTest : public SuiteService<Anchors> {
 protected:
  static std::string state() {
    return Connection{service()}.ask(
        "SET NAMES utf8mb4; SELECT CONCAT_WS(' ', (SELECT GROUP_CONCAT(id, ' ', item) FROM orders), (SELECT "
        "GROUP_CONCAT(id) FROM `漢\\t ``é`))");
  }
};

TEST_F(MariaDbCleanTest, BearsOddNames) {
  EXPECT_EQ(state(), kAfterSetUp);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(service().sql("INSERT INTO `漢\\t ``é` VALUES (8); INSERT INTO orders (item) VALUES ('漢')"),
                Succeeded());
    EXPECT_EQ(state(), "1 anchor,2 漢 7,8");
    service().clean();
    EXPECT_EQ(state(), kAfterSetUp);
    service().clean();
    EXPECT_EQ(state(), kAfterSetUp);
  }
}

TEST_F(MariaDbCleanTest, EndsTransactionsThatArePrepared) {
  EXPECT_THAT(
      service().sql("XA START X'00ff27','more',7; DELETE FROM orders; XA END X'00ff27','more',7; XA PREPARE "
                    "X'00ff27','more',7"),
      Succeeded());
  service().clean();
  EXPECT_EQ(state(), kAfterSetUp);
  EXPECT_EQ(service().sql("XA RECOVER").out, "");
}

TEST_F(MariaDbCleanTest, MakesItsOwnTablesAnewWhenATestDroppedThem) {
  for (const char* const own : {"DROP DATABASE drydock", "DROP DATABASE drydock_template"}) {
    service().clean();
    service().clean();
    EXPECT_THAT(service().sql(own), Succeeded());
    for (int i = 0; i < 3; ++i) {
      EXPECT_THAT(service().sql("DELETE FROM orders"), Succeeded());
      service().clean();
      EXPECT_EQ(state(), kAfterSetUp) << own;
    }
  }
}

// By all that a test can do to the fixture's own client.
TEST_F(MariaDbCleanTest, OutlivesTheEndOfItsStandingClient) {
  const std::string kill =
      "for p in /proc/[0-9]*; do case \"$(cat $p/comm)\" in mariadb|mysql) kill -9 ${p#/proc/};; esac; done";
  const std::string end =
      "BEGIN NOT ATOMIC FOR one IN (SELECT id FROM information_schema.processlist WHERE user = 'root' AND "
      "id <> CONNECTION_ID()) DO KILL one.id; END FOR; END";
  std::optional<MariaDbDatabase> first = service().fresh_database();
  Connection connection{service()};
  EXPECT_EQ(connection.ask("DELETE FROM orders"), "");
  EXPECT_THAT(service().container().sh(kill), Succeeded());
  service().clean();
  EXPECT_EQ(state(), kAfterSetUp);
  EXPECT_THAT(service().sql("DELIMITER //\n" + end + "//"), Succeeded());
  service().clean();
  EXPECT_EQ(state(), kAfterSetUp);
  EXPECT_THAT(service().sql("DELIMITER //\n" + end + "//"), Succeeded());
  EXPECT_EQ(Connection(service(), service().fresh_database().name()).ask("SELECT item FROM orders"),
            "anchor");
  EXPECT_THAT(service().sql("DELIMITER //\n" + end + "//"), Succeeded());
  first.reset();
  EXPECT_EQ(service().sql("SHOW DATABASES LIKE 'test\\_%'").out, "");
}

TEST_F(MariaDbCleanTest, IsCleanedByOneAfterTheOther) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 3; ++j) {
        EXPECT_NO_THROW(service().sql("INSERT INTO orders (item) VALUES ('dirt')"));
        EXPECT_NO_THROW(service().clean());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(state(), kAfterSetUp);
}

}  // namespace
}  // namespace drydock::fixtures

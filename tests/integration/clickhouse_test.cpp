// The ClickHouse fixture on a real server, over HTTP and by the container's client.
#include "drydock/fixtures/clickhouse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/service_image.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::HasSubstr;

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new ServiceImage{ClickHouseOptions{}.image});

struct Hits : ClickHouse {
  using ClickHouse::ClickHouse;
  static Options options() {
    return {
        .password = "p@ss/word",
        .init = {{.path = "1.sql",
                  .content = "CREATE TABLE app.hits (id UInt32, page String) ENGINE = MergeTree() "
                             "PARTITION BY tuple() ORDER BY id;\n"
                             "INSERT INTO app.hits VALUES (1, 'home');\n"},
                 {.path = "2.sh",
                  .content = "clickhouse-client -u \"$CLICKHOUSE_USER\" --password \"$CLICKHOUSE_PASSWORD\" "
                             "-q \"INSERT INTO app.hits VALUES (2, 'shell')\"\n"}}};
  }
};

class ClickHouseTest : public SuiteService<Hits> {
 protected:
  static std::string hits() { return service().query("SELECT id, page FROM hits ORDER BY id"); }
};

TEST_F(ClickHouseTest, IsReadyForTheFirstQueryAndRanTheInitScripts) {
  EXPECT_EQ(hits(), "1\thome\n2\tshell\n");
  EXPECT_EQ(service().url(), "http://" + service().address());
  EXPECT_EQ(service().native_url(),
            "clickhouse://app:p%40ss%2Fword@127.0.0.1:" + std::to_string(service().native_port()) + "/app");
}

TEST_F(ClickHouseTest, ComesBackToCleanWhateverATestDid) {
  service().query("INSERT INTO hits VALUES (3, 'dirty')");
  service().query("CREATE TABLE dirt (id UInt32) ENGINE = Memory");
  service().query("CREATE TABLE default.dirt (id UInt32) ENGINE = Memory");
  service().query("CREATE DATABASE `more dirt`");
  EXPECT_EQ(hits(), "1\thome\n2\tshell\n3\tdirty\n");
  service().clean();
  EXPECT_EQ(hits(), "1\thome\n2\tshell\n");
  EXPECT_EQ(service().query("SELECT count() FROM system.tables WHERE name = 'dirt'"), "0\n");
  EXPECT_EQ(service().query("SELECT count() FROM system.databases WHERE name = 'more dirt'"), "0\n");
  service().query("DROP TABLE hits");
  service().clean();
  EXPECT_EQ(hits(), "1\thome\n2\tshell\n");
}

TEST_F(ClickHouseTest, ShowsTheServersWordsOfARefusal) {
  const auto error = thrown_by<Error>([] { service().query("SELECT nonsense"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("nonsense"));
}

TEST(ClickHouseStartTest, ShowsTheServersWordsWhenAnInitScriptIsBroken) {
  const auto error = thrown_by<ContainerStartError>(
      [] { (void)ClickHouse{{.init = {{.path = "1.sql", .content = "SELECT nonsense;"}}}}; });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_THAT(error->what(), HasSubstr("nonsense"));
}

TEST(ClickHouseStartTest, SaysAtOnceThatTheServerDied) {
  ClickHouse clickhouse;
  clickhouse.clean();
  clickhouse.container().kill();
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { clickhouse.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

}  // namespace
}  // namespace drydock::fixtures

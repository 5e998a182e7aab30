// Copies of a Postgres database, and the way back to clean, against what a test may do to either.
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/fixtures/postgres.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/postgres_connection.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEndAll =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> "
    "pg_backend_pid()";

constexpr const char* kTestDatabases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'test\\_%'";

struct Anchors : Postgres {
  using Postgres::Postgres;
  static Options options() {
    return {.init = {{.path = "1-schema.sql",
                      .content = "CREATE TABLE orders (id int PRIMARY KEY, item text);\n"
                                 "INSERT INTO orders VALUES (1, 'anchor');"}},
            .settings = {{"max_prepared_transactions", "5"}}};
  }
};

class PostgresCleanTest : public SuiteService<Anchors> {};

// By all that a test can do to the fixture's own client.
TEST_F(PostgresCleanTest, OutlivesTheEndOfItsStandingClient) {
  const std::string kill =
      "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" != psql ] || kill -9 ${p#/proc/}; done";
  for (int i = 0; i < 3; ++i) {
    std::optional<PostgresDatabase> first = service().fresh_database();
    EXPECT_EQ(ask(service().url(), "DELETE FROM orders"), "");
    EXPECT_THAT(service().container().sh(kill), Succeeded());
    service().clean();
    EXPECT_EQ(ask(service().url(), "SELECT item FROM orders"), "anchor");
    ask(service().url(), kEndAll);
    service().clean();
    ask(service().url(), kEndAll);
    EXPECT_EQ(ask(service().fresh_database().url(), "SELECT item FROM orders"), "anchor");
    ask(service().url(), kEndAll);
    first.reset();
    EXPECT_EQ(ask(service().url(), kTestDatabases), "0");
  }
}

TEST_F(PostgresCleanTest, IsCleanedByOneAfterTheOther) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 5; ++j) {
        EXPECT_NO_THROW(service().clean());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(ask(service().url(), "SELECT item FROM orders"), "anchor");
}

TEST_F(PostgresCleanTest, CleansWhatHindersADatabasesEnd) {
  const std::string subscription =
      "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)";
  const PostgresDatabase other = service().fresh_database();
  for (const std::string& sql :
       {std::string{"ALTER DATABASE app IS_TEMPLATE true"}, subscription,
        std::string{"BEGIN; INSERT INTO orders VALUES (2); PREPARE TRANSACTION 'it''s'"},
        std::string{"ALTER ROLE postgres SET default_transaction_read_only = on"},
        std::string{"ALTER ROLE postgres SET statement_timeout = 1"}}) {
    EXPECT_THAT(service().psql(sql), Succeeded());
    ask(service().url(), kEndAll);  // the fixture's psql has the setting too then
    service().clean();
    EXPECT_THAT(service().container().exec(
                    {"psql", "-U", "postgres", "-c", "ALTER ROLE postgres RESET ALL"},
                    {.env = {{"PGOPTIONS", "-c default_transaction_read_only=off -c statement_timeout=0"}}}),
                Succeeded());
    EXPECT_EQ(ask(service().url(), "SELECT count(*) FROM orders"), "1") << sql;
  }
  {
    const PostgresDatabase prepared = service().fresh_database();
    EXPECT_THAT(service().psql("BEGIN; DELETE FROM orders; PREPARE TRANSACTION 'it'", prepared.name()),
                Succeeded());
    EXPECT_THAT(service().psql("BEGIN; DELETE FROM orders; PREPARE TRANSACTION 'other'", other.name()),
                Succeeded());
  }
  EXPECT_EQ(ask(service().url(), kTestDatabases), "1");
  EXPECT_EQ(ask(service().url(), "SELECT string_agg(gid, ' ') FROM pg_prepared_xacts"), "other")
      << "what is in other databases is none of its business";
}

// What PostgreSQL does not copy with a database.
constexpr const char* kProperties = R"(
CREATE ROLE keeper; CREATE ROLE "Odd ""Role"; CREATE ROLE reader;
ALTER DATABASE app OWNER TO keeper;
REVOKE CONNECT, TEMPORARY ON DATABASE app FROM PUBLIC;
GRANT CONNECT ON DATABASE app TO "Odd ""Role" WITH GRANT OPTION;
SET ROLE "Odd ""Role"; GRANT CONNECT ON DATABASE app TO reader; RESET ROLE;
ALTER DATABASE app SET search_path = '', "Odd schema", '$user', public;
ALTER DATABASE app SET work_mem = '5MB';
ALTER DATABASE app SET "drydock.Flag" = E'it''s a\\b';
ALTER ROLE keeper IN DATABASE app SET statement_timeout = '7s';
ALTER DATABASE app CONNECTION LIMIT 9;
COMMENT ON DATABASE app IS 'of the orders''';
)";

std::string properties_of(const Postgres& postgres, const std::string& database) {
  return ask(postgres.url("postgres"),
             "SELECT concat_ws(' ', pg_get_userbyid(datdba), datconnlimit, datallowconn, datistemplate, "
             "(SELECT string_agg(one::text, ',' ORDER BY one::text) FROM unnest(datacl) one), "
             "(SELECT string_agg(concat(setrole::regrole, setconfig::text), ',' ORDER BY setrole) FROM "
             "pg_db_role_setting WHERE setdatabase = d.oid), shobj_description(oid, 'pg_database')) "
             "FROM pg_database d WHERE datname = '" +
                 database + "'");
}

TEST(PostgresCopyTest, GivesACopyTheOwnerGrantsSettingsAndLimitsOfTheSetUp) {
  const Postgres postgres{{.init = {{.path = "1.sql", .content = kProperties}}}};
  const std::string after_set_up = properties_of(postgres, "app");
  EXPECT_THAT(after_set_up,
              AllOf(HasSubstr("keeper 9 t f "), HasSubstr("reader=c/"), HasSubstr("Odd schema"),
                    HasSubstr("it's a"), HasSubstr("statement_timeout=7s"), HasSubstr("of the orders'")));
  const PostgresDatabase fresh = postgres.fresh_database();
  EXPECT_EQ(properties_of(postgres, fresh.name()), after_set_up);
  const PostgresDatabase further = postgres.fresh_database(
      {.sql = {"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 5', current_database()); END "
               "$$"}});
  EXPECT_THAT(properties_of(postgres, further.name()),
              AllOf(HasSubstr("keeper 5 t f "), HasSubstr("work_mem=5MB")));
  EXPECT_EQ(ask(postgres.url("postgres"),
                "ALTER DATABASE app OWNER TO reader; ALTER DATABASE app CONNECTION LIMIT 1; "
                "GRANT ALL ON DATABASE app TO PUBLIC; ALTER DATABASE app RESET ALL; "
                "ALTER ROLE reader IN DATABASE app SET work_mem = '6MB'; COMMENT ON DATABASE app IS NULL"),
            "");
  EXPECT_NE(properties_of(postgres, "app"), after_set_up);
  postgres.clean();
  EXPECT_EQ(properties_of(postgres, "app"), after_set_up);
}

TEST(PostgresCopyTest, BearsOddNames) {
  const Postgres postgres{{.user = "Mé who",
                           .password = "p'a\"s:s/w@o?r#d%&é \\",
                           .database = "Ödd \"name' $$;\\",
                           .init = {{.path = "1.sql", .content = "CREATE TABLE t (id int);"}}}};
  EXPECT_EQ(ask(postgres.url(), "SELECT current_database()"), postgres.database());
  EXPECT_EQ(ask(postgres.url(), "INSERT INTO t VALUES (1)"), "");
  EXPECT_EQ(ask(postgres.url(), "COMMENT ON DATABASE \"Ödd \"\"name' $$;\\\" IS 'dirt'"), "");
  postgres.clean();
  postgres.clean();
  EXPECT_EQ(ask(postgres.url(), "SELECT count(*) FROM t"), "0");
  const PostgresDatabase database = postgres.fresh_database({.sql = {"INSERT INTO t VALUES (2)"}});
  EXPECT_EQ(ask(database.url(), "SELECT id FROM t"), "2");
  EXPECT_THAT(postgres.psql("SELECT count(*) FROM t"), Succeeded(StdoutIs("0\n")));
}

}  // namespace
}  // namespace drydock::fixtures

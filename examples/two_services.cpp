// Two containers on a network of their own: a PostgreSQL, and an application that finds it by name. The
// application here is a job that migrates the database and ends.
#include <string>

#include <gtest/gtest.h>

#include "drydock/fixtures/postgres.h"
#include "drydock/gtest.h"

namespace {

using drydock::fixtures::Postgres;

class MigrationTest : public ::testing::Test {
 protected:
  // What the application is given: inside the network the database has a name, and its own port.
  void migrate(const std::string& sql) {
    const drydock::TestContainer job{{.image = "postgres:17",
                                      .command = {"psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-c", sql,
                                                  "postgresql://postgres:test-password@db:5432/app"},
                                      .networks = {{.network = network_.name()}},
                                      .ready = {drydock::wait::Exited{0}}}};
  }

  static drydock::ContainerSpec database(const drydock::TestNetwork& network) {
    drydock::ContainerSpec spec = Postgres::spec();
    spec.networks = {{.network = network.name(), .aliases = {"db"}}};
    return spec;
  }

  drydock::TestNetwork network_;  // removed last
  Postgres postgres_{drydock::TestContainer{database(network_)}};
};

TEST_F(MigrationTest, LeavesTheTableToTheApplication) {
  migrate("CREATE TABLE orders (id int); INSERT INTO orders VALUES (7)");
  EXPECT_THAT(postgres_.psql("SELECT id FROM orders"), drydock::Succeeded(drydock::StdoutIs("7\n")));
}

TEST_F(MigrationTest, SaysWhatTheDatabaseRefused) {
  try {
    migrate("CREATE TABEL orders (id int)");
    FAIL() << "the job ended well";
  } catch (const drydock::ContainerStartError& error) {
    EXPECT_NE(std::string{error.what()}.find("syntax error at or near \"TABEL\""), std::string::npos);
  }
}

}  // namespace

// A program that takes fresh databases of the run's Postgres, FRESH_DATABASES of them in a row, says
// "database NAME TABLES" of each, and leaves each dirty. See tests/integration/fresh_database_test.cpp.
#include <cstdio>
#include <cstdlib>
#include <libpq-fe.h>
#include <memory>

#include <gtest/gtest.h>

#include "drydock/fixtures/postgres.h"
#include "drydock/gtest/services.h"

namespace drydock {
namespace {

class FreshDatabases : public SharedService<fixtures::Postgres> {};

TEST_F(FreshDatabases, OneAfterTheOther) {
  const fixtures::PostgresSetup setup{.sql = {"CREATE TABLE orders (id int)"}};
  const int count = std::atoi(std::getenv("FRESH_DATABASES"));
  for (int i = 0; i < count; ++i) {
    const fixtures::PostgresDatabase database = service().fresh_database(setup);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection{PQconnectdb(database.url().c_str()),
                                                                  &PQfinish};
    const std::unique_ptr<PGresult, decltype(&PQclear)> result{
        PQexec(connection.get(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), &PQclear};
    ASSERT_EQ(PQresultStatus(result.get()), PGRES_TUPLES_OK) << PQerrorMessage(connection.get());
    std::printf("database %s %s\n", database.name().c_str(), PQgetvalue(result.get(), 0, 0));
    PQclear(PQexec(connection.get(), "CREATE TABLE dirt (id int)"));
  }
}

}  // namespace
}  // namespace drydock

// The repository layer of an application on a real PostgreSQL: one server for the suite, and a fresh database
// for each test, copied from a migrated template in milliseconds.
#include <libpq-fe.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "drydock/fixtures/postgres.h"
#include "drydock/gtest/services.h"

namespace {

// What is tested: it stands in the application.
class OrderRepository {
 public:
  explicit OrderRepository(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
  }

  int add(const std::string& item) {
    const char* const values[] = {item.c_str()};
    return std::stoi(run("INSERT INTO orders (item) VALUES ($1) RETURNING id", 1, values).value());
  }
  std::optional<std::string> find(int id) {
    const std::string text = std::to_string(id);
    const char* const values[] = {text.c_str()};
    return run("SELECT item FROM orders WHERE id = $1", 1, values);
  }
  int count() { return std::stoi(run("SELECT count(*) FROM orders", 0, nullptr).value()); }

 private:
  std::optional<std::string> run(const char* sql, int parameters, const char* const* values) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result{
        PQexecParams(connection_.get(), sql, parameters, nullptr, values, nullptr, nullptr, 0), &PQclear};
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
    return PQntuples(result.get()) == 0 ? std::nullopt : std::optional{PQgetvalue(result.get(), 0, 0)};
  }

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

const drydock::fixtures::PostgresSetup kMigrated{
    .sql = {"CREATE TABLE orders (id serial PRIMARY KEY, item text NOT NULL CHECK (item <> ''))",
            "INSERT INTO orders (item) VALUES ('anchor')"}};

struct OrdersDatabase : drydock::fixtures::Postgres {
  using Postgres::Postgres;
  static Options options() { return {.database = "orders", .settings = {{"max_connections", "30"}}}; }
};

class OrderRepositoryTest : public drydock::SuiteService<OrdersDatabase> {
 protected:
  drydock::fixtures::PostgresDatabase database_{service().fresh_database(kMigrated)};
  OrderRepository orders_{database_.url()};
};

TEST_F(OrderRepositoryTest, FindsWhatWasAdded) {
  const int id = orders_.add("sail");
  EXPECT_EQ(orders_.find(id), "sail");
  EXPECT_EQ(orders_.count(), 2);
}

TEST_F(OrderRepositoryTest, StartsFromTheMigratedDatabaseEachTime) {
  EXPECT_EQ(orders_.count(), 1);
  EXPECT_EQ(orders_.find(1), "anchor");
}

TEST_F(OrderRepositoryTest, RefusesAnOrderForNothing) {
  EXPECT_THROW(orders_.add(""), std::runtime_error);
}

}  // namespace

// A connection to PostgreSQL by its client library, for tests of its fixture. To be included by programs that
// link libpq only.
#pragma once

#include <libpq-fe.h>
#include <memory>
#include <string>

namespace drydock::fixtures {

/// A connection by libpq. What the server refuses is its answer, as "ERROR: ..." text.
class PostgresConnection {
 public:
  explicit PostgresConnection(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {}

  [[nodiscard]] std::string failure() const {
    return PQstatus(connection_.get()) == CONNECTION_OK ? "" : PQerrorMessage(connection_.get());
  }
  /// Returns the first column of the first row, the server's complaint, or "".
  std::string ask(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(connection_.get(), sql.c_str()),
                                                               &PQclear};
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      return PQerrorMessage(connection_.get());
    }
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
  }
  [[nodiscard]] bool uses_tls() const { return PQsslInUse(connection_.get()) != 0; }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// Returns the answer on a connection of its own, or why there is none.
inline std::string ask(const std::string& url, const std::string& sql) {
  PostgresConnection connection{url};
  const std::string failure = connection.failure();
  return failure.empty() ? connection.ask(sql) : failure;
}

}  // namespace drydock::fixtures

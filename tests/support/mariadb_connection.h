// A client of a MariaDB fixture by libmariadb, for tests that link it.
#pragma once

#include <memory>
#include <mysql.h>
#include <string>

#include "drydock/fixtures/mariadb.h"

namespace drydock::fixtures {

/// A connection by libmariadb. What the server refuses is its answer, as its text.
class MariaDbConnection {
 public:
  explicit MariaDbConnection(const MariaDb& server, const std::string& database = {},
                             const std::string& password = {}, bool tls = false)
      : client_(mysql_init(nullptr), &mysql_close) {
    const my_bool no = 0;
    mysql_optionsv(client_.get(), MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no);
    const my_bool enforced = tls ? 1 : 0;
    mysql_optionsv(client_.get(), MYSQL_OPT_SSL_ENFORCE, &enforced);
    connected_ = mysql_real_connect(client_.get(), server.host().c_str(), server.user().c_str(),
                                    (password.empty() ? server.password().reveal() : password).c_str(),
                                    (database.empty() ? server.database() : database).c_str(), server.port(),
                                    nullptr, CLIENT_MULTI_STATEMENTS) != nullptr;
  }

  /// Returns the first column of the last statement's first row, the server's complaint, or "".
  std::string ask(const std::string& sql) {
    if (!connected_ || mysql_real_query(client_.get(), sql.data(), sql.size()) != 0) {
      return mysql_error(client_.get());
    }
    std::string answer;
    for (int more = 0; more == 0; more = mysql_next_result(client_.get())) {
      const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result{mysql_store_result(client_.get()),
                                                                            &mysql_free_result};
      answer.clear();
      if (result) {
        const MYSQL_ROW row = mysql_fetch_row(result.get());
        answer = row == nullptr || row[0] == nullptr ? "" : row[0];
      }
    }
    const std::string fault = mysql_error(client_.get());
    return fault.empty() ? answer : fault;
  }
  [[nodiscard]] bool uses_tls() const { return mysql_get_ssl_cipher(client_.get()) != nullptr; }

 private:
  std::unique_ptr<MYSQL, decltype(&mysql_close)> client_;
  bool connected_{false};
};

}  // namespace drydock::fixtures

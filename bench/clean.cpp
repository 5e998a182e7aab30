// clean: each service's way back to the state after its set-up, against a new container of it; and a fresh
// database of Postgres against the statement that copies it.
#include <functional>
#include <libpq-fe.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/fixtures/clickhouse.h"
#include "drydock/fixtures/etcd.h"
#include "drydock/fixtures/mariadb.h"
#include "drydock/fixtures/memcached.h"
#include "drydock/fixtures/nginx.h"
#include "drydock/fixtures/postgres.h"
#include "drydock/fixtures/redis.h"

#include "benchmark.h"
#include "stats.h"

namespace drydock::bench {
namespace {

// A new container takes seconds: a few tell enough.
constexpr int kFreshRounds = 5;

template <class S>
std::vector<double> measure_fresh(const Client& client) {
  std::vector<double> fresh_ms;
  for (int i = 0; i < kFreshRounds; ++i) {
    fresh_ms.push_back(measure_ms([&] { const S fresh{{}, client}; }));
  }
  return fresh_ms;
}

ResultLine line(const char* service, const std::vector<double>& clean_ms,
                const std::vector<double>& fresh_ms) {
  ResultLine result{"clean"};
  result.add("service", std::string_view{service})
      .add("clean_ms", median(clean_ms), 1)
      .add("fresh_ms", median(fresh_ms), 1)
      .add("ratio", median(clean_ms) / median(fresh_ms), 4)
      .add("n", static_cast<long long>(clean_ms.size()))
      .add("spread", spread(clean_ms), 2);
  return result;
}

/// `dirty` is done before each clean, and is not measured.
template <class S>
void measure(const char* name, const Client& client, int rounds, const std::function<void(S&)>& dirty) {
  std::vector<double> clean_ms;
  {
    S service{{}, client};
    for (int i = 0; i < rounds; ++i) {
      dirty(service);
      clean_ms.push_back(measure_ms([&] { service.clean(); }));
    }
  }
  line(name, clean_ms, measure_fresh<S>(client)).print();
}

/// The statement that copies a database, over libpq, as a test without Drydock would send it.
class RawConnection {
 public:
  explicit RawConnection(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {}

  void run(const char* sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(connection_.get(), sql), &PQclear};
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

void measure_fresh_database(const Client& client, int rounds) {
  std::vector<double> raw_ms;
  std::vector<double> ours_ms;
  std::vector<double> drop_ms;
  {
    const fixtures::Postgres postgres{{}, client};
    RawConnection raw{postgres.url("postgres")};
    std::optional<fixtures::PostgresDatabase> database{postgres.fresh_database()};
    interleave(
        rounds,
        [&] {
          raw_ms.push_back(measure_ms([&] { raw.run("CREATE DATABASE raw TEMPLATE drydock_template"); }));
          raw.run("DROP DATABASE raw");
        },
        [&] {
          drop_ms.push_back(measure_ms([&] { database.reset(); }));
          ours_ms.push_back(measure_ms([&] { database.emplace(postgres.fresh_database()); }));
        });
  }
  line("postgres.fresh_database", ours_ms, measure_fresh<fixtures::Postgres>(client))
      .add("drop_ms", median(drop_ms), 1)
      .add("raw_ms", median(raw_ms), 1)
      .add("over_raw_ms", median(ours_ms) - median(raw_ms), 1)
      .print();
}

}  // namespace

void run_clean(const Options& options) {
  const Client client{options.engine};
  const int rounds = options.rounds_or(20);
  measure<fixtures::Postgres>("postgres", client, rounds, [](fixtures::Postgres& postgres) {
    postgres.psql("CREATE TABLE dirt AS SELECT * FROM generate_series(1, 1000)");
  });
  measure_fresh_database(client, rounds);
  measure<fixtures::MariaDb>("mariadb", client, rounds, [](fixtures::MariaDb& mariadb) {
    mariadb.sql("CREATE TABLE dirt (id int); INSERT INTO dirt VALUES (1)");
  });
  measure<fixtures::Redis>("redis", client, rounds, [](fixtures::Redis& redis) {
    redis.command({"SET", "dirt", "1"});
  });
  measure<fixtures::Memcached>("memcached", client, rounds, [](fixtures::Memcached&) {});
  measure<fixtures::Nginx>("nginx", client, rounds, [](fixtures::Nginx& nginx) {
    nginx.container().sh("echo dirt >/usr/share/nginx/html/index.html");
  });
  measure<fixtures::Nginx>("nginx with a reload", client, rounds, [](fixtures::Nginx& nginx) {
    nginx.container().sh("echo '# dirt' >>/etc/nginx/conf.d/default.conf");
    nginx.reload();
  });
  measure<fixtures::Etcd>("etcd", client, rounds, [](fixtures::Etcd& etcd) {
    etcd.etcdctl({"put", "dirt", "1"});
  });
  measure<fixtures::ClickHouse>("clickhouse", client, rounds, [](fixtures::ClickHouse& clickhouse) {
    clickhouse.query("CREATE TABLE dirt (id UInt32) ENGINE = Log");
  });
}

}  // namespace drydock::bench

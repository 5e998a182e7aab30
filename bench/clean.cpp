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
#include "drydock/fixtures/mosquitto.h"
#include "drydock/fixtures/nats.h"
#include "drydock/fixtures/nginx.h"
#include "drydock/fixtures/postgres.h"
#include "drydock/fixtures/rabbitmq.h"
#include "drydock/fixtures/redis.h"

#include "benchmark.h"
#include "docker/json.h"
#include "fixtures/nats_connection.h"
#include "stats.h"

namespace drydock::bench {
namespace {

// A new container takes seconds: a few tell enough.
constexpr int kFreshRounds = 5;

struct Run {
  Client client;
  int rounds{0};
  std::string only{};  ///< empty: all
  bool found{false};   ///< whether there is such a line

  [[nodiscard]] bool wants(std::string_view line) {
    const bool wanted = only.empty() || only == line;
    found = found || wanted;
    return wanted;
  }
};

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
void measure(const char* name, Run& run, const std::function<void(S&)>& dirty) {
  if (!run.wants(name)) {
    return;
  }
  std::vector<double> clean_ms;
  {
    S service{{}, run.client};
    for (int i = 0; i < run.rounds; ++i) {
      dirty(service);
      clean_ms.push_back(measure_ms([&] { service.clean(); }));
    }
  }
  line(name, clean_ms, measure_fresh<S>(run.client)).print();
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

void measure_fresh_database(Run& run) {
  constexpr const char* kName = "postgres.fresh_database";
  if (!run.wants(kName)) {
    return;
  }
  std::vector<double> raw_ms;
  std::vector<double> ours_ms;
  std::vector<double> drop_ms;
  {
    const fixtures::Postgres postgres{{}, run.client};
    RawConnection raw{postgres.url("postgres")};
    std::optional<fixtures::PostgresDatabase> database{postgres.fresh_database()};
    interleave(
        run.rounds,
        [&] {
          raw_ms.push_back(measure_ms([&] { raw.run("CREATE DATABASE raw TEMPLATE drydock_template"); }));
          raw.run("DROP DATABASE raw");
        },
        [&] {
          drop_ms.push_back(measure_ms([&] { database.reset(); }));
          ours_ms.push_back(measure_ms([&] { database.emplace(postgres.fresh_database()); }));
        });
  }
  line(kName, ours_ms, measure_fresh<fixtures::Postgres>(run.client))
      .add("drop_ms", median(drop_ms), 1)
      .add("raw_ms", median(raw_ms), 1)
      .add("over_raw_ms", median(ours_ms) - median(raw_ms), 1)
      .print();
}

void measure_fresh_vhost(Run& run) {
  constexpr const char* kName = "rabbitmq.fresh_vhost";
  if (!run.wants(kName)) {
    return;
  }
  const fixtures::RabbitMq broker{{}, run.client};
  std::vector<double> fresh_ms;
  std::vector<double> drop_ms;
  for (int i = 0; i < run.rounds; ++i) {
    std::optional<fixtures::RabbitMqVhost> vhost;
    fresh_ms.push_back(measure_ms([&] { vhost.emplace(broker.fresh_vhost()); }));
    drop_ms.push_back(measure_ms([&] { vhost.reset(); }));
  }
  ResultLine{"clean"}
      .add("service", std::string_view{kName})
      .add("clean_ms", median(fresh_ms), 1)
      .add("drop_ms", median(drop_ms), 1)
      .add("n", static_cast<long long>(fresh_ms.size()))
      .print();
}

}  // namespace

void run_clean(const Options& options) {
  Run run{.client = Client{options.engine}, .rounds = options.rounds_or(20), .only = options.only};
  measure<fixtures::Postgres>("postgres", run, [](fixtures::Postgres& postgres) {
    postgres.psql("CREATE TABLE dirt AS SELECT * FROM generate_series(1, 1000)");
  });
  measure_fresh_database(run);
  measure<fixtures::MariaDb>("mariadb", run, [](fixtures::MariaDb& mariadb) {
    mariadb.sql("CREATE TABLE dirt (id int); INSERT INTO dirt VALUES (1)");
  });
  measure<fixtures::Redis>("redis", run, [](fixtures::Redis& redis) { redis.command({"SET", "dirt", "1"}); });
  measure<fixtures::Memcached>("memcached", run, [](fixtures::Memcached&) {});
  measure<fixtures::Nginx>("nginx", run, [](fixtures::Nginx& nginx) {
    nginx.container().sh("echo dirt >/usr/share/nginx/html/index.html");
  });
  measure<fixtures::Nginx>("nginx with a reload", run, [](fixtures::Nginx& nginx) {
    nginx.container().sh("echo '# dirt' >>/etc/nginx/conf.d/default.conf");
    nginx.reload();
  });
  measure<fixtures::Etcd>("etcd", run, [](fixtures::Etcd& etcd) { etcd.etcdctl({"put", "dirt", "1"}); });
  measure<fixtures::ClickHouse>("clickhouse", run, [](fixtures::ClickHouse& clickhouse) {
    clickhouse.query("CREATE TABLE dirt (id UInt32) ENGINE = Log");
  });
  measure<fixtures::Mosquitto>("mosquitto", run, [](fixtures::Mosquitto& mosquitto) {
    mosquitto.container().exec({"mosquitto_pub", "-r", "-t", "dirt", "-m", "1"});
  });
  measure<fixtures::Nats>("nats", run, [](fixtures::Nats& nats) {
    fixtures::NatsConnection{nats.container(), 4222, "", "", Deadline::in(std::chrono::seconds{10})}.request(
        "$JS.API.STREAM.CREATE.DIRT", Json::Object{{"name", "DIRT"}, {"subjects", Json::Array{"dirt"}}});
  });
  // The same work, whatever its vhost holds.
  measure<fixtures::RabbitMq>("rabbitmq", run, [](fixtures::RabbitMq&) {});
  measure_fresh_vhost(run);
  if (!run.found) {
    throw std::runtime_error("'" + options.only +
                             "' is no line of this benchmark; a run without --only shows all");
  }
}

}  // namespace drydock::bench

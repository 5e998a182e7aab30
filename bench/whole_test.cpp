// whole_test: a small test as a whole, against the same by raw calls: a web server with a published port
// comes up and is ready, answers one request, runs three commands, and goes. Four ways to have the container,
// one line each.
#include <chrono>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "drydock/container/background_removal.h"
#include "drydock/container/pool.h"
#include "drydock/container/reset.h"
#include "drydock/container/test_container.h"

#include "benchmark.h"
#include "container/guard_access.h"
#include "container/replacement.h"
#include "raw_client.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr std::uint16_t kPort = 8080;
constexpr std::chrono::minutes kLimit{2};

void require(bool held, const char* what) {
  if (!held) {
    throw std::runtime_error(what);
  }
}

// Asks the server for its health; throws when it does not answer with 200.
void ask(const std::string& host, std::uint16_t port) {
  RawClient web{{.kind = Endpoint::Kind::Tcp, .host = host, .port = port}};
  web.call("GET", "/health");
}

/// The yardstick: what a careful programmer would write by hand, with a wait that looks each millisecond.
class RawTest {
 public:
  explicit RawTest(RawClient& client) : client_(client) {}

  void run() {
    const std::string id = client_.create_container(
        "drydock-bench-whole-" + std::to_string(++count_),
        R"({"Image":"drydock-test/web:1","ExposedPorts":{"8080/tcp":{}},"HostConfig":{"PortBindings":{"8080/tcp":)"
        R"([{"HostIp":"127.0.0.1","HostPort":""}]},"SecurityOpt":["no-new-privileges"]}})");
    try {
      client_.call("POST", "/containers/" + id + "/start");
      const std::uint16_t port = published_port(client_.call("GET", "/containers/" + id + "/json").body);
      await(port);
      ask("127.0.0.1", port);
      for (int i = 0; i < 3; ++i) {
        const std::string exec =
            client_.create_exec(id, R"({"AttachStdout":true,"AttachStderr":true,"Cmd":["true"]})");
        client_.run_exec_stream(exec, [](std::string_view) {});
        require(client_.exec_exit_code(exec) == 0, "'true' failed");
      }
    } catch (...) {
      remove(id);
      throw;
    }
    remove(id);
  }

 private:
  void remove(const std::string& id) { client_.call("DELETE", "/containers/" + id + "?force=1&v=1"); }

  // The first "HostPort" is the empty one that was asked for.
  static std::uint16_t published_port(const std::string& details) {
    const std::size_t settings = details.find("\"NetworkSettings\"");
    require(settings != std::string::npos, "the engine tells of no network");
    return static_cast<std::uint16_t>(
        std::stoi(find_json_string(std::string_view{details}.substr(settings), "HostPort")));
  }

  static void await(std::uint16_t port) {
    for (int tries = 0; tries < 30000; ++tries) {
      try {
        return ask("127.0.0.1", port);
      } catch (const std::runtime_error&) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      }
    }
    throw std::runtime_error("the server did not become ready");
  }

  RawClient& client_;
  int count_{0};
};

ContainerSpec web_spec(bool standing, Removal removal = Removal::Inline) {
  return {.image = "drydock-test/web:1",
          .ports = {kPort},
          .ready = {wait::HttpOk{.port = kPort, .path = "/health"}},
          .removal = removal,
          .standing_network = standing};
}

void use(const TestContainer& box, ExecMode mode) {
  ask(box.host(), box.host_port(kPort));
  for (int i = 0; i < 3; ++i) {
    require(box.exec({"true"}, {.mode = mode}).ok(), "'true' failed");
  }
}

void drain() {
  require(drain_background_removals(Deadline::in(kLimit)), "a removal took longer than two minutes");
}

/// Measures `test` against the raw one; what `between` does is in nobody's time.
void compare(const Options& options, const char* mode, const std::function<void()>& test,
             const std::function<void()>& between) {
  RawClient client{options.engine};
  RawTest raw{client};
  raw.run();
  test();
  between();
  std::vector<double> raw_ms;
  std::vector<double> ms;
  const int rounds = options.rounds_or(20);
  interleave(
      rounds, [&] { raw_ms.push_back(measure_ms([&] { raw.run(); })); },
      [&] {
        ms.push_back(measure_ms(test));
        between();
      });
  ResultLine{"whole_test"}
      .add("mode", std::string_view{mode})
      .add("ms", median(ms), 1)
      .add("ratio", median(ms) / median(raw_ms), 3)
      .add("raw_ms", median(raw_ms), 1)
      .add("paired_ratio", paired_ratio(ms, raw_ms), 3)
      .add("spread", spread(raw_ms), 2)
      .add("n", static_cast<long long>(rounds))
      .print();
}

void plain(const Options& options, const Client& client) {
  compare(
      options, "plain",
      [&] {
        const TestContainer box{web_spec(false), client};
        use(box, ExecMode::Plain);
      },
      [] {});
}

// Each test has another container, at the address of the one before.
void anchored(const Options& options, const Client& client) {
  TestContainer box{web_spec(true), client};
  compare(
      options, "anchored",
      [&] {
        box.reset(reset::Recreate{});
        use(box, ExecMode::Plain);
      },
      [] {});
}

// What a suite with fresh_per_test does: the next container is created while the test runs.
void anchored_shell_background(const Options& options, const Client& client) {
  TestContainer box{web_spec(true, Removal::Background), client};
  std::future<Successor> next;
  compare(
      options, "anchored_shell_background",
      [&] {
        replace(box, {.successor = next.valid() ? next.get() : Successor{}, .as_by_destructor = true});
        next = std::async(std::launch::async, [guard = GuardAccess::guard(box).shared_from_this()] {
          return create_successor(static_cast<ContainerGuard&>(*guard));
        });
        use(box, ExecMode::Fast);
      },
      [&] {
        next.wait();
        drain();
      });
}

void pooled_shell(const Options& options, const Client& client) {
  ContainerPool pool{web_spec(true, Removal::Background), {.size = 2, .max_total = 2, .shell = true}, client};
  compare(
      options, "pooled_shell",
      [&] {
        const ContainerPool::Lease box = pool.acquire(Deadline::in(kLimit));
        use(*box, ExecMode::Fast);
      },
      [&] {
        pool.wait_ready(Deadline::in(kLimit));
        drain();
      });
}

}  // namespace

void run_whole_test(const Options& options) {
  const Client client{options.engine};
  plain(options, client);
  anchored(options, client);
  anchored_shell_background(options, client);
  pooled_shell(options, client);
}

}  // namespace drydock::bench

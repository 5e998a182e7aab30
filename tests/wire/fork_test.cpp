// A forked child neither uses nor disturbs its parent's connections.
#include <atomic>
#include <memory>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "wire/wire_support.h"

namespace drydock {
namespace {

ServerScript serving_forever(const std::string& body) {
  return {ServerStep::repeat({ServerStep::expect_request(), ServerStep::send(http_answer(200, body))})};
}

/// Forks; the child does `work`, which says whether all was well. Returns whether the child said so; one that
/// hangs is ended by its alarm.
bool child_succeeds(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(10);
    ::_exit(work() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ForkTest, AChildOpensConnectionsOfItsOwn) {
  ScriptedServer server({serving_forever("parent"), serving_forever("child")});
  HttplibExchange exchange(server.endpoint());
  ASSERT_EQ(exchange.send({.target = "/a"}, far_deadline()).body, "parent");
  EXPECT_TRUE(child_succeeds([&] {
    const bool first = exchange.send({.target = "/b"}, far_deadline()).body == "child";
    return first && exchange.send({.target = "/b"}, far_deadline()).body == "child";  // kept, too
  }));
  EXPECT_EQ(exchange.send({.target = "/a"}, far_deadline()).body, "parent");
  EXPECT_EQ(server.connections(), 2U);
}

TEST(ForkTest, AChildsCopyCanBeDestroyedWithoutCuttingTheParentsConnection) {
  ScriptedServer server({serving_forever("parent")});
  auto exchange = std::make_unique<HttplibExchange>(server.endpoint());
  ASSERT_EQ(exchange->send({.target = "/a"}, far_deadline()).body, "parent");
  EXPECT_TRUE(child_succeeds([&] {
    exchange.reset();
    return true;
  }));
  EXPECT_EQ(exchange->send({.target = "/a"}, far_deadline()).body, "parent");
  EXPECT_EQ(server.connections(), 1U);
}

TEST(ForkTest, AChildIsNotStuckOnALockThatAnotherThreadHeld) {
  std::vector<ServerScript> scripts(40, serving_forever("OK"));
  ScriptedServer server(scripts);
  HttplibExchange exchange(server.endpoint());
  std::atomic<bool> done{false};
  std::thread busy([&] {
    while (!done) {
      exchange.send({.target = "/a"}, far_deadline());
    }
  });
  int succeeded = 0;
  for (int i = 0; i < 20; ++i) {
    succeeded += child_succeeds([&] { return exchange.send({.target = "/b"}, far_deadline()).body == "OK"; });
  }
  done = true;
  busy.join();
  EXPECT_EQ(succeeded, 20);
}

}  // namespace
}  // namespace drydock

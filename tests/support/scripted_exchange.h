// An engine that answers from a script: an Exchange that records each request and takes its answer from a
// queue. Thread-safe.
//
//   auto engine = std::make_shared<ScriptedExchange>();
//   engine->answer(204);
//   scripted_client(engine).containers().start("web");
//   EXPECT_EQ(engine->only_request().target, "/v1.41/containers/web/start");
#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/docker/client.h"
#include "drydock/transport/exchange.h"

#include "support/scripted_duplex.h"

namespace drydock {

class ScriptedExchange final : public Exchange {
 public:
  enum class Kind { Send, Stream, Upgrade };

  /// A request as it came, beside `GET /_ping`.
  struct Recorded {
    Kind kind{Kind::Send};
    Request request{};
    Deadline deadline{};
  };

  /// Queues a whole answer.
  ScriptedExchange& answer(int status, std::string body = {}, std::vector<Header> headers = {});
  /// Queues an answer whose body comes in these pieces; after them `then`, if any, is thrown.
  ScriptedExchange& answer_pieces(int status, std::vector<std::string> pieces, std::exception_ptr then = {});
  /// Queues a 101 with this stream. Returns what the client will do to it.
  std::shared_ptr<const ScriptedDuplex::Record> answer_upgrade(std::vector<ScriptedDuplex::Step> script,
                                                               std::size_t write_size = std::string::npos);
  /// Queues a failure of the exchange itself.
  template <typename Failure>
  ScriptedExchange& fail(Failure failure) {
    return queue({.thrown = std::make_exception_ptr(std::move(failure))});
  }
  /// Sets the answer for every request of this method whose target contains `part`, whenever the queue is
  /// empty.
  ScriptedExchange& always(Method method, std::string part, int status, std::string body = {});
  /// Sets the answer to `GET /_ping`, which is not queued. Default: 200 with Api-Version 1.41.
  ScriptedExchange& answer_ping(int status, std::vector<Header> headers);

  [[nodiscard]] std::vector<Recorded> records() const;
  /// Returns what was asked as lines of method and target: "POST /v1.41/containers/web/start".
  [[nodiscard]] std::vector<std::string> lines() const;
  /// Returns the request when there was exactly one; throws std::logic_error otherwise.
  [[nodiscard]] Request only_request() const;
  [[nodiscard]] int pings() const;
  /// Returns how many queued answers nobody has asked for.
  [[nodiscard]] std::size_t left() const;

  Response send(const Request& request, Deadline deadline) override;
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override;
  Upgraded upgrade(const Request& request, Deadline deadline) override;

 private:
  struct Answer {
    int status{200};
    std::vector<std::string> pieces{};
    std::vector<Header> headers{};
    std::unique_ptr<Duplex> duplex{};
    std::exception_ptr thrown{};
  };
  struct Standing {
    Method method{Method::Get};
    std::string part{};
    int status{200};
    std::string body{};
  };

  ScriptedExchange& queue(Answer answer);
  Answer next(Kind kind, const Request& request, Deadline deadline);

  mutable std::mutex mutex_{};
  std::deque<Answer> answers_{};
  std::vector<Standing> standing_{};
  std::vector<Recorded> records_{};
  int pings_{0};
  int ping_status_{200};
  std::vector<Header> ping_headers_{{"Api-Version", "1.41"}};
};

/// Returns a client that speaks to `engine`.
[[nodiscard]] Client scripted_client(std::shared_ptr<ScriptedExchange> engine, ClientOptions options = {});

}  // namespace drydock

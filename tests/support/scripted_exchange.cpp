#include "support/scripted_exchange.h"

#include <stdexcept>

#include <fmt/format.h>

namespace drydock {
namespace {

std::string line_of(const Request& request) {
  return fmt::format("{} {}", to_string(request.method), request.target);
}

}  // namespace

ScriptedExchange& ScriptedExchange::queue(Answer answer) {
  const std::lock_guard lock{mutex_};
  answers_.push_back(std::move(answer));
  return *this;
}

ScriptedExchange& ScriptedExchange::answer(int status, std::string body, std::vector<Header> headers) {
  return queue({.status = status, .pieces = {std::move(body)}, .headers = std::move(headers)});
}

ScriptedExchange& ScriptedExchange::answer_pieces(int status, std::vector<std::string> pieces,
                                                  std::exception_ptr then) {
  return queue({.status = status, .pieces = std::move(pieces), .thrown = std::move(then)});
}

std::shared_ptr<const ScriptedDuplex::Record> ScriptedExchange::answer_upgrade(
    std::vector<ScriptedDuplex::Step> script, std::size_t write_size) {
  auto duplex = std::make_unique<ScriptedDuplex>(std::move(script), write_size);
  auto record = duplex->record();
  queue({.status = 101, .duplex = std::move(duplex)});
  return record;
}

ScriptedExchange& ScriptedExchange::always(Method method, std::string part, int status, std::string body) {
  const std::lock_guard lock{mutex_};
  standing_.push_back({method, std::move(part), status, std::move(body)});
  return *this;
}

ScriptedExchange& ScriptedExchange::answer_ping(int status, std::vector<Header> headers) {
  const std::lock_guard lock{mutex_};
  ping_status_ = status;
  ping_headers_ = std::move(headers);
  return *this;
}

std::vector<ScriptedExchange::Recorded> ScriptedExchange::records() const {
  const std::lock_guard lock{mutex_};
  return records_;
}

std::vector<std::string> ScriptedExchange::lines() const {
  std::vector<std::string> out;
  for (const Recorded& recorded : records()) {
    out.push_back(line_of(recorded.request));
  }
  return out;
}

Request ScriptedExchange::only_request() const {
  const std::vector<Recorded> all = records();
  if (all.size() != 1) {
    throw std::logic_error(fmt::format("scripted engine: {} requests, not one", all.size()));
  }
  return all.front().request;
}

int ScriptedExchange::pings() const {
  const std::lock_guard lock{mutex_};
  return pings_;
}

std::size_t ScriptedExchange::left() const {
  const std::lock_guard lock{mutex_};
  return answers_.size();
}

ScriptedExchange::Answer ScriptedExchange::next(Kind kind, const Request& request, Deadline deadline) {
  const std::lock_guard lock{mutex_};
  if (request.target == "/_ping") {
    ++pings_;
    return {.status = ping_status_, .headers = ping_headers_};
  }
  records_.push_back({kind, request, deadline});
  if (!answers_.empty()) {
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  for (const Standing& rule : standing_) {
    if (rule.method == request.method && request.target.find(rule.part) != std::string::npos) {
      return {.status = rule.status, .pieces = {rule.body}};
    }
  }
  throw std::logic_error("scripted engine: no answer is left for " + line_of(request));
}

Response ScriptedExchange::send(const Request& request, Deadline deadline) {
  Answer answer = next(Kind::Send, request, deadline);
  if (answer.thrown) {
    std::rethrow_exception(answer.thrown);
  }
  Response response{.status = answer.status, .headers = std::move(answer.headers)};
  for (const std::string& piece : answer.pieces) {
    response.body += piece;
  }
  return response;
}

Response ScriptedExchange::stream(const Request& request, const BodySink& sink, Deadline deadline) {
  Answer answer = next(Kind::Stream, request, deadline);
  Response response{.status = answer.status, .headers = std::move(answer.headers)};
  for (const std::string& piece : answer.pieces) {
    if (answer.status < 200 || answer.status > 299) {
      response.body += piece;
    } else if (!sink(piece)) {
      return response;
    }
  }
  if (answer.thrown) {
    std::rethrow_exception(answer.thrown);
  }
  return response;
}

Upgraded ScriptedExchange::upgrade(const Request& request, Deadline deadline) {
  Answer answer = next(Kind::Upgrade, request, deadline);
  if (answer.thrown) {
    std::rethrow_exception(answer.thrown);
  }
  Upgraded upgraded{.response = {.status = answer.status, .headers = std::move(answer.headers)},
                    .stream = std::move(answer.duplex)};
  for (const std::string& piece : answer.pieces) {
    upgraded.response.body += piece;
  }
  return upgraded;
}

Client scripted_client(std::shared_ptr<ScriptedExchange> engine, ClientOptions options) {
  return Client{std::move(engine), Endpoint{.path = "/scripted.sock"}, options};
}

}  // namespace drydock

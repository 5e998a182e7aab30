// What all resource classes share: the exchange, the negotiated API version, and one way to make a call and
// to turn a refusal into the right error. Thread-safe.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "drydock/base/error.h"
#include "drydock/docker/client.h"

#include "docker/json.h"

namespace drydock {

/// A call on the Engine API before it becomes a Request: the path gets its version prefix, segments and query
/// values are percent-encoded.
class Call {
 public:
  Call(Method method, std::string operation, std::string resource = {});
  /// Appends "/segment", encoded. Throws InvalidArgumentError for an empty segment, ".", ".." or control
  /// characters.
  Call& path(std::string_view segment);
  Call& query(std::string_view key, std::string_view value);
  Call& body(std::string json);
  Call& body(std::string bytes, std::string content_type);
  Call& limit(std::size_t bytes);

  Method method;
  std::string operation, resource;
  std::string target{};  ///< without the version prefix
  std::string payload{}, content_type{};
  std::size_t response_limit{std::size_t{32} << 20};
};

class EngineLink {
 public:
  EngineLink(std::shared_ptr<Exchange> exchange, Endpoint endpoint, ClientOptions options);

  /// Makes the call; a status of 400 or more becomes an error by make_engine_error(), except those in
  /// `accepted`.
  Response call(const Call& call, Deadline deadline, std::initializer_list<int> accepted = {});
  Json call_json(const Call& call, Deadline deadline);
  Response stream(const Call& call, const BodySink& sink, Deadline deadline);
  std::unique_ptr<Duplex> upgrade(const Call& call, Deadline deadline);

  [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }
  [[nodiscard]] const ClientOptions& options() const noexcept { return options_; }
  /// Negotiates once; a failure is not remembered.
  std::string api_version(Deadline deadline);
  /// Sends `GET /_ping` and returns its Api-Version header.
  std::string ping(Deadline deadline);

 private:
  Request prepare(const Call& call, Deadline deadline);

  std::shared_ptr<Exchange> exchange_;
  Endpoint endpoint_;
  ClientOptions options_;
  std::mutex mutex_;
  std::string version_;  // empty until negotiated
};

/// Turns a refusal into the error that its status and text call for; an HTML or empty body is quoted, not
/// parsed. Covers the engine texts: port in use, no such command, pull refusals, rate limits.
[[nodiscard]] EngineError make_engine_error(const Call& call, const Response& response);

}  // namespace drydock

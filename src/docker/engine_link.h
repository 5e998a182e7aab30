// What all resource classes share: the exchange, the negotiated API version, and one way to make a call and
// to turn a refusal into the right error. Thread-safe.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "drydock/base/error.h"
#include "drydock/docker/client.h"

#include "docker/call.h"
#include "docker/engine_facts.h"
#include "docker/json.h"

namespace drydock {

class EngineLink {
 public:
  /// `facts` are this link's own where nobody else's answers may stand for those of its exchange.
  EngineLink(std::shared_ptr<Exchange> exchange, Endpoint endpoint, ClientOptions options,
             std::shared_ptr<EngineFacts> facts = std::make_shared<EngineFacts>());

  /// Makes the call; a status that is neither in the 200s nor 304 (it was so already) becomes an error by
  /// make_engine_error(), except those in `accepted`. Redirects are none of an engine's answers.
  Response call(const Call& call, Deadline deadline, std::initializer_list<int> accepted = {});
  /// Makes the call and returns the object that it is answered with. Throws ProtocolError for another kind.
  Json call_object(const Call& call, Deadline deadline);
  /// Makes the call and returns the list that it is answered with, or null, which engines write for an empty
  /// one. Throws ProtocolError for another kind.
  Json call_list(const Call& call, Deadline deadline);
  /// Hands the body to `sink` as it comes; what the sink throws comes out of here.
  Response stream(const Call& call, const BodySink& sink, Deadline deadline);
  std::unique_ptr<Duplex> upgrade(const Call& call, Deadline deadline);

  [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }
  [[nodiscard]] const ClientOptions& options() const noexcept { return options_; }
  /// Negotiates once, and again after the engine refused the version, which a newer or older one does that
  /// has taken its place. A failure is not remembered. Threads that come before the first answer ask, too:
  /// nobody waits behind another's slow request, and no lock is held that a fork could copy.
  std::string api_version(Deadline deadline);
  /// Sends `GET /_ping` and returns its Api-Version header.
  std::string ping(Deadline deadline);

  /// Returns the engine's kind when it was remembered. See System::kind().
  [[nodiscard]] std::optional<EngineKind> known_kind() const noexcept;
  void remember(const EngineKind& kind) noexcept;

 private:
  Request prepare(const Call& call, Deadline deadline);
  [[nodiscard]] EngineError refused(const Call& call, const Response& response);
  [[nodiscard]] Deadline bounded(const Call& call, Deadline deadline) const;

  std::shared_ptr<Exchange> exchange_;
  Endpoint endpoint_;
  ClientOptions options_;
  std::shared_ptr<EngineFacts> facts_;
};

}  // namespace drydock

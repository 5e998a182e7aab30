// An engine that lives in memory: an Exchange that keeps containers, networks, volumes and images as an
// engine does, records every request, and fails where it is told to. For tests of what a guard asks for, and
// of what is left behind when a step fails. Not for the details of the Engine API: those are pinned on the
// client's own tests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/docker/client.h"
#include "drydock/transport/exchange.h"

namespace drydock {

/// Thread-safe.
class FakeEngine final : public Exchange {
 public:
  /// What happens to a request instead of, or after, what the engine would do.
  struct Fault {
    enum class Kind {
      Refuse,      ///< answer `status` with `message`; nothing takes effect
      LoseAnswer,  ///< take effect, then break the connection
      LateAnswer,  ///< take effect, then time out
      LostLate,    ///< break the connection; take effect only after `late_lookups` lists
      NotSent,     ///< no connection; nothing takes effect
    };
    Kind kind{Kind::Refuse};
    int status{500};
    std::string message{"injected"};
    int late_lookups{0};
  };

  struct Object {
    std::string name{};
    std::map<std::string, std::string> labels{};
    std::string body{};  ///< as it was sent
  };

  bool has_image{true};                      ///< whether create finds the image
  std::string image_id{};                    ///< of every image and container; empty: not said
  std::vector<std::string> image_digests{};  ///< of every image: "repository@sha256:..."
  bool can_pull{true};                       ///< whether a pull succeeds
  bool exits_at_start{false};                ///< a started container has ended
  int exit_code{0};
  bool oom_killed{false};
  std::string log{};                ///< what a container's stdout holds
  std::uint16_t published_port{0};  ///< host port of container_port; 0: none
  std::uint16_t container_port{80};
  std::string platform{"Engine"};  ///< the name of its first component: "Podman Engine"
  std::string version{"20.10.24"};
  std::string info_json{R"({"OperatingSystem":"Debian GNU/Linux 12"})"};
  std::function<void(const std::string& line)> on_request{};

  /// Fails the next request whose line begins with `line`, such as "POST /containers/create".
  void fail(std::string line, Fault fault);
  void refuse(std::string line, int status, std::string message);

  /// Returns the requests so far, such as "POST /containers/ID/start"; ids are written as ID, and the query
  /// is left out except at a DELETE. Negotiation is left out.
  [[nodiscard]] std::vector<std::string> lines() const;
  void clear_lines();
  /// Returns what stands, by id.
  [[nodiscard]] std::map<std::string, Object> objects(const std::string& kind) const;  // "containers", ...
  /// Lets an object stand that nobody has asked for; returns its id.
  std::string put(const std::string& kind, Object object);
  [[nodiscard]] std::size_t count() const;  ///< objects of all kinds

  Response send(const Request& request, Deadline deadline) override;
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override;
  Upgraded upgrade(const Request& request, Deadline deadline) override;

 private:
  struct Call;

  Response perform(const Call& call);
  Response container_call(const Call& call);
  Response create(const Call& call);
  Response inspect(const std::string& id) const;
  [[nodiscard]] Response inspect_image() const;
  Response list(const Call& call);
  [[nodiscard]] std::string framed_log() const;

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, Object>> objects_;
  std::vector<std::pair<std::string, Fault>> faults_;
  std::vector<std::string> lines_;
  std::function<void()> late_effect_;
  int lookups_until_effect_{0};
  int next_id_{0};
  bool started_{false};
};

/// Returns a client of `engine`.
[[nodiscard]] Client client_of(const std::shared_ptr<FakeEngine>& engine);

}  // namespace drydock

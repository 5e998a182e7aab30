// A running container for tests below TestContainer: made by the plain client, removed in the destructor.
#pragma once

#include <string>
#include <vector>

#include "drydock/docker/client.h"

namespace drydock {

class EngineContainer {
 public:
  struct Options {
    std::string image{"drydock-test/busybox:1"};
    std::vector<std::string> command{"sleep", "600"};
    std::vector<std::uint16_t> ports{};  ///< published on 127.0.0.1, TCP
    std::string patch_json{};            ///< merged into the create body
    bool start{true};
  };

  EngineContainer();
  explicit EngineContainer(const Options& options);
  EngineContainer(const EngineContainer&) = delete;
  EngineContainer& operator=(const EngineContainer&) = delete;
  ~EngineContainer();

  [[nodiscard]] const Client& client() const { return client_; }
  [[nodiscard]] const ContainerId& id() const { return id_; }
  [[nodiscard]] ContainerDetails inspect() const { return client_.containers().inspect(id_); }
  void kill() const { client_.containers().kill(id_); }
  void remove() const { client_.containers().remove(id_); }

 private:
  Client client_{Client::from_environment()};
  ContainerId id_{};
};

}  // namespace drydock

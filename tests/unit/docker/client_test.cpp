#include "drydock/docker/client.h"

#include <cstdlib>
#include <optional>

#include <gtest/gtest.h>

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

/// Sets an environment variable for a scope; an empty value unsets it.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name); before != nullptr) {
      before_ = before;
    }
    set(value.empty() ? std::nullopt : std::optional{value});
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { set(before_); }

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      ::setenv(name_, value->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

  const char* name_;
  std::optional<std::string> before_{};
};

Client client_at(const Endpoint& endpoint) {
  return Client{std::make_shared<ScriptedExchange>(), endpoint};
}

TEST(ClientTest, ReachesPublishedPortsWhereTheEngineIs) {
  const ScopedVariable none{"DRYDOCK_HOST_OVERRIDE", ""};
  using Kind = Endpoint::Kind;
  EXPECT_EQ(client_at({.kind = Kind::Unix, .path = "/x.sock"}).published_host(), "127.0.0.1");
  EXPECT_EQ(client_at({.kind = Kind::Tcp, .host = "engine.example", .port = 1}).published_host(),
            "engine.example");
  EXPECT_EQ(client_at({.kind = Kind::Tcp, .host = "localhost", .port = 1}).published_host(), "127.0.0.1");
  EXPECT_EQ(client_at({.kind = Kind::Tcp, .host = "::1", .port = 1}).published_host(), "127.0.0.1");
}

TEST(ClientTest, LetsTheEnvironmentOverrideTheHostOfPublishedPorts) {
  const ScopedVariable host{"DRYDOCK_HOST_OVERRIDE", "docker.host"};
  EXPECT_EQ(client_at({.path = "/x.sock"}).published_host(), "docker.host");
}

TEST(ClientTest, ExplainsWhereItLookedForAnEngine) {
  const ScopedVariable host{"DOCKER_HOST", "unix:///nonexistent/engine.sock"};
  const auto error = thrown_by<EngineUnavailableError>([] { Client::from_environment(); });
  ASSERT_TRUE(error);
  EXPECT_NE(std::string{error->what()}.find("/nonexistent/engine.sock"), std::string::npos);
}

TEST(ClientTest, KeepsItsOptions) {
  const Client client{std::make_shared<ScriptedExchange>(), Endpoint{.path = "/x.sock"},
                      ClientOptions{.request_timeout = std::chrono::seconds{7}}};
  EXPECT_EQ(client.options().request_timeout, std::chrono::seconds{7});
  EXPECT_EQ(client.endpoint().path, "/x.sock");
}

}  // namespace
}  // namespace drydock

// Sixteen containers of an image that the engine does not have: one pull from a real registry.
#include <atomic>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/parallel_start.h"

#include "support/engine_test.h"
#include "support/local_registry.h"
#include "transport/httplib_exchange.h"

namespace drydock {
namespace {

using ::testing::SizeIs;

// Counts the pulls that reach the engine.
class PullCounter final : public Exchange {
 public:
  explicit PullCounter(const Endpoint& endpoint) : engine_(endpoint) {}
  [[nodiscard]] int pulls() const { return pulls_; }

  Response send(const Request& request, Deadline deadline) override {
    return engine_.send(request, deadline);
  }
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override {
    pulls_ += request.target.find("/images/create?") != std::string::npos ? 1 : 0;
    return engine_.stream(request, sink, deadline);
  }
  Upgraded upgrade(const Request& request, Deadline deadline) override {
    return engine_.upgrade(request, deadline);
  }

 private:
  HttplibExchange engine_;
  std::atomic<int> pulls_{0};
};

class ParallelPullTest : public EngineTest {
 protected:
  // Pushes busybox under another name, which the engine then does not have any more.
  std::string pushed_image() {
    const std::string name = registry_.host() + "/" + unique_name();
    client().images().tag(kBusybox, name + ":1");
    track_image(name + ":1");
    HttplibExchange exchange{client().endpoint()};
    const Response response =
        exchange.send({.method = Method::Post,
                       .target = "/v1.41/images/" + name + "/push?tag=1&tlsVerify=false",
                       .headers = {{"X-Registry-Auth", "e30="}}},  // {}
                      Deadline::in(std::chrono::minutes{2}));
    EXPECT_EQ(response.body.find("\"error\""), std::string::npos) << response.body;
    EXPECT_TRUE(client().images().remove(name + ":1"));
    return name + ":1";
  }

  LocalRegistry registry_;
};

TEST_F(ParallelPullTest, OnePullForSixteenContainers) {
  const ContainerSpec spec{.image = pushed_image(), .command = {"sleep", "600"}, .network_mode = "none"};
  const auto counter = std::make_shared<PullCounter>(client().endpoint());
  const std::vector<TestContainer> all =
      start_all(std::vector<ContainerSpec>(16, spec), {}, Client{counter, client().endpoint()});
  EXPECT_THAT(all, SizeIs(16));
  EXPECT_EQ(counter->pulls(), 1);
}

}  // namespace
}  // namespace drydock

// What becomes of calls that took effect and whose answer was lost on the way: nothing is made twice, nothing
// is left behind.
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"
#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"
#include "support/real_engine.h"
#include "transport/httplib_exchange.h"
#include "transport/resilient_exchange.h"

namespace drydock {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Passes calls on to the engine, and loses the answer to the next one of an operation: as a connection does
/// that breaks after the request took effect.
class LossyExchange final : public Exchange {
 public:
  explicit LossyExchange(const Endpoint& endpoint) : inner_(endpoint) {}

  void lose_next(const std::string& operation) {
    const std::lock_guard lock{mutex_};
    to_lose_.insert(operation);
  }
  /// Returns how many calls of the operation reached the engine.
  [[nodiscard]] std::size_t calls(const std::string& operation) const {
    const std::lock_guard lock{mutex_};
    return calls_.count(operation);
  }

  Response send(const Request& request, Deadline deadline) override {
    Response response = inner_.send(request, deadline);
    const std::lock_guard lock{mutex_};
    calls_.insert(request.operation);
    if (to_lose_.erase(request.operation) > 0) {
      throw ConnectionError("the answer was lost on purpose", true, {.operation = request.operation});
    }
    return response;
  }
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override {
    return inner_.stream(request, sink, deadline);
  }
  Upgraded upgrade(const Request& request, Deadline deadline) override {
    return inner_.upgrade(request, deadline);
  }

 private:
  HttplibExchange inner_;
  mutable std::mutex mutex_{};
  std::set<std::string> to_lose_{};
  std::multiset<std::string> calls_{};
};

class LostAnswerTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(left_behind_here(), IsEmpty()); }

  const Endpoint endpoint_ = Client::from_environment().endpoint();
  std::shared_ptr<LossyExchange> lossy_ = std::make_shared<LossyExchange>(endpoint_);
  const Client client_{
      std::make_shared<ResilientExchange>(lossy_, endpoint_.to_string(), ResilientExchange::Options{}),
      endpoint_};
};

TEST_F(LostAnswerTest, ToAContainersCreateLeavesExactlyOneContainerWhichIsTakenOver) {
  lossy_->lose_next("container create");
  const TestContainer container{idle_spec(), client_};
  EXPECT_EQ(lossy_->calls("container create"), 1U);
  EXPECT_THAT(left_behind_here(), testing::ElementsAre("container " + container.id()));
  EXPECT_EQ(container.exec({"echo", "alive"}).out, "alive\n");
}

TEST_F(LostAnswerTest, ToANetworksCreateLeavesExactlyOneNetwork) {
  lossy_->lose_next("network create");
  const TestNetwork network{{}, client_};
  EXPECT_EQ(lossy_->calls("network create"), 1U);
  EXPECT_THAT(left_behind_here(), SizeIs(1));
}

TEST_F(LostAnswerTest, ToAVolumesCreateByNameIsRepeatedAndFindsTheSameVolume) {
  lossy_->lose_next("volume create");
  const TestVolume volume{{}, client_};
  EXPECT_EQ(lossy_->calls("volume create"), 2U);
  EXPECT_THAT(left_behind_here(), SizeIs(1));
}

TEST_F(LostAnswerTest, ToAStartIsRepeatedAndTheContainerRunsOnce) {
  lossy_->lose_next("container start");
  const TestContainer container{idle_spec(), client_};
  EXPECT_EQ(lossy_->calls("container start"), 2U);
  EXPECT_EQ(container.inspect().state.status, ContainerStatus::Running);
}

TEST_F(LostAnswerTest, ToAStopIsRepeated) {
  TestContainer container{idle_spec(), client_};
  lossy_->lose_next("container stop");
  container.stop(std::chrono::seconds{0});
  EXPECT_EQ(lossy_->calls("container stop"), 2U);
  EXPECT_EQ(container.inspect().state.status, ContainerStatus::Exited);
}

TEST_F(LostAnswerTest, ToARemovalIsRepeatedAndTheContainerIsGone) {
  TestContainer container{idle_spec(), client_};
  lossy_->lose_next("container remove");
  container.remove();
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST_F(LostAnswerTest, ToAnExecsCreateIsNotRepeatedAndSaysSo) {
  const TestContainer container{idle_spec(), client_};
  lossy_->lose_next("exec create");
  try {
    const ExecResult result = container.exec({"true"});
    FAIL() << "nothing was thrown: exit code " << result.exit_code;
  } catch (const ConnectionError& error) {
    EXPECT_TRUE(error.request_sent());
    EXPECT_FALSE(error.retryable());
    EXPECT_EQ(error.operation(), "exec create");
  }
  EXPECT_EQ(lossy_->calls("exec create"), 1U);
}

TEST_F(LostAnswerTest, IsCountedWhereTheCallIsRepeated) {
  const auto retries = [] {
    return metrics::snapshot().total(metric::kRetries, {{"operation", "container start"}});
  };
  const std::int64_t before = retries();
  lossy_->lose_next("container start");
  const TestContainer container{idle_spec(), client_};
  EXPECT_EQ(retries() - before, 1);
}

}  // namespace
}  // namespace drydock

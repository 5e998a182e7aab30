// A cache under test, on a real Redis that all tests of the suite share: each begins with an empty one.
//
// What to look at: clean() costs a millisecond, a new container some three hundred; and it brings back what
// the options' `init` loaded. The cache speaks through a client of its own in a real program; here command()
// stands for it.
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/fixtures/redis.h"
#include "drydock/gtest/services.h"

using namespace drydock;

namespace {

/// What is tested: remembers what is costly to find out, for a minute.
class PriceCache {
 public:
  PriceCache(const fixtures::Redis& redis, std::function<std::string(const std::string&)> look_up)
      : redis_(redis), look_up_(std::move(look_up)) {}

  std::string price(const std::string& item) {
    const std::string key = "price:" + item;
    std::string price = redis_.command({"GET", key});
    if (price.empty()) {
      price = look_up_(item);
      redis_.command({"SET", key, price, "EX", "60"});
    }
    return price;
  }
  void forget(const std::string& item) { redis_.command({"DEL", "price:" + item}); }

 private:
  const fixtures::Redis& redis_;
  std::function<std::string(const std::string&)> look_up_;
};

/// The suite's Redis: its options stand in a type.
struct Prices : fixtures::Redis {
  using Redis::Redis;
  static Options options() { return {.init = {"SET price:anchor 120"}, .settings = {{"maxmemory", "32mb"}}}; }
};

class PriceCacheTest : public SuiteService<Prices> {
 protected:
  void SetUp() override { service().clean(); }

  int looked_up_{0};
  PriceCache cache_{service(), [this](const std::string&) {
                      ++looked_up_;
                      return std::string{"7"};
                    }};
};

}  // namespace

TEST_F(PriceCacheTest, LooksUpOnce) {
  EXPECT_EQ(cache_.price("rope"), "7");
  EXPECT_EQ(cache_.price("rope"), "7");
  EXPECT_EQ(looked_up_, 1);
}

TEST_F(PriceCacheTest, StartsWithWhatInitLoaded) {
  EXPECT_EQ(cache_.price("anchor"), "120");
  EXPECT_EQ(looked_up_, 0);
  cache_.forget("anchor");
  EXPECT_EQ(cache_.price("anchor"), "7");
}

TEST_F(PriceCacheTest, DoesNotSeeWhatTheTestBeforeItDid) {
  EXPECT_EQ(service().command({"KEYS", "*"}), "price:anchor");
  EXPECT_EQ(cache_.price("anchor"), "120");
}

TEST_F(PriceCacheTest, ForgetsByItselfAfterAMinute) {
  cache_.price("rope");
  const int seconds = std::stoi(service().command({"TTL", "price:rope"}));
  EXPECT_GT(seconds, 0);
  EXPECT_LE(seconds, 60);
}

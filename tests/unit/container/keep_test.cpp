#include "container/keep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment_variable.h"
#include "support/thrown.h"

namespace drydock {
namespace {

TEST(KeepTest, ThePolicyIsTheEnvironments) {
  const std::map<std::optional<std::string>, KeepPolicy> policies{{std::nullopt, KeepPolicy::Never},
                                                                  {"", KeepPolicy::Never},
                                                                  {"never", KeepPolicy::Never},
                                                                  {"failure", KeepPolicy::OnFailure},
                                                                  {"always", KeepPolicy::Always}};
  for (const auto& [text, policy] : policies) {
    const EnvironmentVariable keep{"DRYDOCK_KEEP", text};
    EXPECT_EQ(keep_policy(), policy) << text.value_or("unset");
  }
}

TEST(KeepTest, AnUnknownPolicyIsRefused) {
  const EnvironmentVariable keep{"DRYDOCK_KEEP", "yes"};
  EXPECT_EQ(code_thrown_by([] { (void)keep_policy(); }), ErrorCode::InvalidArgument);
}

TEST(KeepTest, ANameOfAKeptContainerTellsSinceWhen) {
  const std::chrono::system_clock::time_point when{std::chrono::seconds{1'800'000'000}};
  const std::string name = kept_name(when, "0123456789abcdef");
  EXPECT_EQ(name, "drydock-kept-1800000000-01234567");
  EXPECT_TRUE(is_kept({}, name));
  EXPECT_EQ(kept_since(name), 1'800'000'000);
  EXPECT_EQ(kept_since("web"), std::nullopt);
  EXPECT_EQ(kept_since("drydock-kept-x"), std::nullopt);
  EXPECT_FALSE(is_kept({}, "web"));
  EXPECT_TRUE(is_kept({{"drydock.keep", "spec"}}, "web"));
}

TEST(KeepTest, TheNoticeSaysHowToEnterAndHowToRemove) {
  EXPECT_THAT(kept_notice("c1", "redis:7", true),
              ::testing::AllOf(::testing::HasSubstr("docker exec -it c1 sh"),
                               ::testing::HasSubstr("docker rm -f -v c1"), ::testing::HasSubstr("redis:7")));
  EXPECT_THAT(kept_notice("c1", "redis:7", false), ::testing::HasSubstr("docker logs c1"));
  EXPECT_THAT(kept_notice("c1", "redis:7", true, "a1"), ::testing::HasSubstr("docker rm -f -v c1 a1"));
}

}  // namespace
}  // namespace drydock

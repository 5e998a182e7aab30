#include "container/verdict.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

struct Case {
  const char* name;
  Liveness owner;
  std::int64_t age;  // seconds
  Verdict verdict;
};

void PrintTo(const Case& row, std::ostream* stream) {
  *stream << row.name;
}

Labels labels(std::int64_t age) {
  return {{"drydock.session", "s"},
          {"drydock.owner", "host:boot:1:2:3"},
          {"drydock.created", std::to_string(kNow - age)},
          {"drydock.ttl", "3600"}};
}

Verdict judged(const Labels& labels, Liveness owner, const char* name = "web") {
  return judge(labels, name, std::chrono::system_clock::time_point{std::chrono::seconds{kNow}},
               [=](const Owner&) { return owner; });
}

class VerdictTest : public ::testing::TestWithParam<Case> {};

TEST_P(VerdictTest, FollowsFromTheOwnersLifeAndTheObjectsAge) {
  EXPECT_EQ(judged(labels(GetParam().age), GetParam().owner), GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    Any, VerdictTest,
    ::testing::Values(Case{"Alive", Liveness::Alive, 10, Verdict::Alive},
                      Case{"AliveAndPastItsTime", Liveness::Alive, 99'999, Verdict::Alive},
                      Case{"Dead", Liveness::Dead, 0, Verdict::Dead},
                      Case{"ElsewhereAndYoung", Liveness::Unknown, 3600, Verdict::Elsewhere},
                      Case{"ElsewhereAndOld", Liveness::Unknown, 3601, Verdict::Expired},
                      Case{"ElsewhereAndOfTheFuture", Liveness::Unknown, -99'999, Verdict::Elsewhere}),
    [](const auto& row) { return std::string{row.param.name}; });

// The owners that there can be, as this process sees them.
TEST(VerdictOfRealOwnersTest, TellsThemApart) {
  const Owner self = Owner::of_this_process();
  const auto judge_owner = [](const Owner& owner, std::int64_t age) {
    Labels made = labels(age);
    made["drydock.owner"] = owner.to_text();
    return judge(made, "web", std::chrono::system_clock::time_point{std::chrono::seconds{kNow}});
  };
  EXPECT_EQ(judge_owner(self, 99'999), Verdict::Alive);
  Owner reused = self;
  reused.start_time -= 1;
  EXPECT_EQ(judge_owner(reused, 0), Verdict::Dead) << "the pid is another's now";
  Owner gone = self;
  gone.pid = 0x7ffffffe;
  EXPECT_EQ(judge_owner(gone, 0), Verdict::Dead);
  Owner other_boot = self;
  other_boot.boot_id = "other";
  EXPECT_EQ(judge_owner(other_boot, 0), Verdict::Dead);
  Owner other_namespace = self;
  other_namespace.pid_namespace += 1;
  EXPECT_EQ(judge_owner(other_namespace, 0), Verdict::Elsewhere);
  EXPECT_EQ(judge_owner(other_namespace, 99'999), Verdict::Expired);
  Owner other_host = self;
  other_host.host = "other";
  EXPECT_EQ(judge_owner(other_host, 0), Verdict::Elsewhere);
  EXPECT_EQ(judge_owner(other_host, 99'999), Verdict::Expired);
}

TEST(VerdictLabelsTest, WhatIsNotOursIsForeign) {
  for (const char* missing : {"drydock.session", "drydock.owner"}) {
    Labels strange = labels(0);
    strange.erase(missing);
    EXPECT_EQ(judged(strange, Liveness::Dead), Verdict::Foreign) << missing;
  }
  Labels garbled = labels(0);
  garbled["drydock.owner"] = "somebody";
  EXPECT_EQ(judged(garbled, Liveness::Dead), Verdict::Foreign);
  EXPECT_EQ(judged({}, Liveness::Dead), Verdict::Foreign);
}

TEST(VerdictLabelsTest, WhatIsKeptIsNotLeftBehind) {
  Labels kept = labels(0);
  EXPECT_EQ(judged(kept, Liveness::Dead, "drydock-kept-1-ab"), Verdict::Kept);
  kept["drydock.keep"] = "spec";
  EXPECT_EQ(judged(kept, Liveness::Dead), Verdict::Kept);
  EXPECT_FALSE(is_left_behind(Verdict::Kept));
}

TEST(VerdictLabelsTest, ATimeToLiveThatCannotBeReadIsNotOver) {
  for (const char* key : {"drydock.created", "drydock.ttl"}) {
    for (const char* text : {"", "x", "-1", "1h"}) {
      Labels odd = labels(99'999);
      odd[key] = text;
      EXPECT_EQ(judged(odd, Liveness::Unknown), Verdict::Elsewhere) << key << " " << text;
    }
    Labels without = labels(99'999);
    without.erase(key);
    EXPECT_EQ(judged(without, Liveness::Unknown), Verdict::Elsewhere) << key;
  }
}

TEST(VerdictLabelsTest, OnlyTheDeadsAndTheExpiredIsLeftBehind) {
  EXPECT_TRUE(is_left_behind(Verdict::Dead));
  EXPECT_TRUE(is_left_behind(Verdict::Expired));
  for (const Verdict stays : {Verdict::Foreign, Verdict::Kept, Verdict::Alive, Verdict::Elsewhere}) {
    EXPECT_FALSE(is_left_behind(stays)) << to_string(stays);
  }
}

}  // namespace
}  // namespace drydock

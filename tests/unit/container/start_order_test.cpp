#include "container/start_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(StartOrderTest, NothingDependsOnNothing) {
  EXPECT_THAT(start_order({}), IsEmpty());
  EXPECT_THAT(start_order({{.name = "a"}, {}}), ElementsAre(IsEmpty(), IsEmpty()));
}

TEST(StartOrderTest, NamesBecomeIndices) {
  EXPECT_THAT(start_order({{.name = "app", .after = {"db", "cache"}}, {.name = "cache"}, {.name = "db"}}),
              ElementsAre(ElementsAre(2, 1), IsEmpty(), IsEmpty()));
}

TEST(StartOrderTest, WhatStandsAlreadyIsNotWaitedFor) {
  EXPECT_THAT(start_order({{.name = "app", .after = {"db"}}}, {"db"}), ElementsAre(IsEmpty()));
}

TEST(StartOrderTest, ACircleIsNamedAlongItsWay) {
  const auto error = thrown_by<InvalidArgumentError>([] {
    (void)start_order({{.name = "root"},
                       {.name = "a", .after = {"root", "b"}},
                       {.name = "b", .after = {"c"}},
                       {.name = "c", .after = {"a"}}});
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("'a' after 'b' after 'c' after 'a'"));
  EXPECT_THAT(error->what(), ::testing::Not(HasSubstr("'root'")));
}

TEST(StartOrderTest, OneThatIsAfterItselfIsACircle) {
  EXPECT_EQ(code_thrown_by([] { (void)start_order({{.name = "a", .after = {"a"}}}); }),
            ErrorCode::InvalidArgument);
}

TEST(StartOrderTest, TwoPathsToOneAreNoCircle) {
  EXPECT_NO_THROW((void)start_order({{.name = "top", .after = {"left", "right"}},
                                     {.name = "left", .after = {"base"}},
                                     {.name = "right", .after = {"base"}},
                                     {.name = "base"}}));
}

TEST(StartOrderTest, EveryFaultIsToldAtOnce) {
  const auto error = thrown_by<InvalidArgumentError>([] {
    (void)start_order({{.name = "a", .after = {"nowhere"}}, {.name = "b"}, {.name = "b", .after = {"gone"}}});
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("two are named 'b'"), HasSubstr("'nowhere'"),
                                   HasSubstr("'gone'"), HasSubstr("there are: a, b")));
}

}  // namespace
}  // namespace drydock

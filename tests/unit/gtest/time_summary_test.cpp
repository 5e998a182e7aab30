#include "gtest/time_summary.h"

#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observability/phase.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A container's whole life on the calling thread: 0.1 s to create, 1 s to start, 0.5 s to remove.
void live(TimeSummary& summary, const std::string& name, const std::string& likeness = "alike") {
  summary.spent(phase::kCreate, name, 100ms);
  summary.created(name, "redis:7", likeness);
  summary.spent(phase::kStart, name, 1s);
  summary.spent(phase::kRemove, name, 500ms);
}

TEST(TimeSummaryTest, SaysNothingOfAProgramWithoutContainers) {
  TimeSummary summary;
  summary.enter("Fast");
  EXPECT_THAT(summary.text(), IsEmpty());
}

TEST(TimeSummaryTest, HasARowForEachSuiteAndOneForAll) {
  TimeSummary summary;
  summary.enter("First");
  summary.spent(phase::kPull, "redis:7", 3s);
  live(summary, "a");
  summary.spent(phase::kExec, "a", 250ms);
  summary.enter("Second");
  live(summary, "b", "another");
  const std::string text = summary.text();
  EXPECT_THAT(text, ContainsRegex("First +1 +3.00 +0.10 +1.00 +0.00 +0.25 +0.50 +0.00\n"));
  EXPECT_THAT(text, ContainsRegex("Second +1 +0.00 +0.10 +1.00 +0.00 +0.00 +0.50 +0.00\n"));
  EXPECT_THAT(text, ContainsRegex("total +2 +3.00 +0.20 +2.00 +0.00 +0.25 +1.00 +0.00\n"));
}

TEST(TimeSummaryTest, CountsALateRemovalForTheSuiteThatMadeTheContainer) {
  TimeSummary summary;
  summary.enter("Maker");
  summary.created("a", "redis:7", "alike");
  summary.enter("Later");
  summary.created("b", "redis:7", "other");
  summary.spent(phase::kRemove, "a", 2s);
  EXPECT_THAT(summary.text(), ContainsRegex("Maker .* 2.00 +0.00\n"));
  EXPECT_THAT(summary.text(), ContainsRegex("Later .* 0.00 +0.00\n"));
}

TEST(TimeSummaryTest, SetsApartWhatIsDoneBehindTheTests) {
  TimeSummary summary;
  summary.enter("Pooled");
  std::thread{[&] {
    live(summary, "a");
    live(summary, "b");
  }}.join();
  const std::string text = summary.text();
  EXPECT_THAT(text, ContainsRegex("Pooled +2 +0.00 +0.00 +0.00 +0.00 +0.00 +0.00 +3.20\n"));
  EXPECT_THAT(text, Not(HasSubstr("alike")));
}

TEST(TimeSummaryTest, SaysWhatAWiderScopeOrAPoolWouldHaveSaved) {
  TimeSummary summary;
  summary.enter("First");
  live(summary, "a");
  live(summary, "b");
  summary.enter("Second");
  live(summary, "c");
  live(summary, "d");
  const std::string text = summary.text();
  EXPECT_THAT(text, HasSubstr("4 containers of 'redis:7' were alike, and took 6.40 s"));
  EXPECT_THAT(text, HasSubstr("one for each suite (SuiteContainer) saves about 3.20 s"));
  EXPECT_THAT(text, HasSubstr("one for the program (add_container) saves about 4.80 s"));
  EXPECT_THAT(text, HasSubstr("saves up to 4.80 s"));
}

TEST(TimeSummaryTest, AdvisesNothingWhereNothingWouldBeSaved) {
  TimeSummary summary;
  summary.enter("Suite");
  live(summary, "a", "one");
  live(summary, "b", "two");
  EXPECT_THAT(summary.text(), Not(HasSubstr("alike")));
}

TEST(TimeSummaryTest, ASuiteWithOneEachIsAdvisedOnlyTheProgramsScope) {
  TimeSummary summary;
  summary.enter("First");
  live(summary, "a");
  summary.enter("Second");
  live(summary, "b");
  EXPECT_THAT(summary.text(), Not(HasSubstr("SuiteContainer")));
  EXPECT_THAT(summary.text(), HasSubstr("add_container"));
}

// A reset makes a container of the same name.
TEST(TimeSummaryTest, CountsAContainerOfTheSameNameAgain) {
  TimeSummary summary;
  summary.enter("Suite");
  live(summary, "a");
  live(summary, "a");
  EXPECT_THAT(summary.text(), HasSubstr("2 containers of 'redis:7' were alike, and took 3.20 s"));
}

}  // namespace
}  // namespace drydock

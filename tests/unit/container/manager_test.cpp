#include "drydock/container/manager.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/observability/log.h"

#include "container/registry.h"
#include "support/fake_engine.h"
#include "support/forked.h"
#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ManagerTest : public ::testing::Test {
 protected:
  ManagerTest() { log::set_level(log::Level::Off); }
  ~ManagerTest() override {
    log::set_level(log::Level::Warn);
    Registry::of_this_process().drain();
  }

  const ContainerSpec spec_{.image = "busybox"};
  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  ContainerManager manager_{client_of(engine_)};
};

TEST(ManagerConnectionTest, AsksWhetherTheEngineIsThere) {
  const auto engine = std::make_shared<ScriptedExchange>();
  const ContainerManager manager{scripted_client(engine)};
  EXPECT_EQ(engine->pings(), 1);
}

TEST(ManagerConnectionTest, AnEngineThatDoesNotAnswerIsAnErrorAtOnce) {
  const auto engine = std::make_shared<ScriptedExchange>();
  engine->answer_ping(500, {});
  EXPECT_THROW(ContainerManager{scripted_client(engine)}, Error);
}

TEST_F(ManagerTest, TracksByName) {
  const auto web = manager_.start_tracked("web", spec_);
  manager_.start_tracked("db", spec_);
  EXPECT_THAT(manager_.names(), ElementsAre("db", "web"));
  EXPECT_EQ(manager_.container("web")->id(), web->id());
  EXPECT_TRUE(manager_.is_tracked("db"));
  EXPECT_FALSE(manager_.is_tracked("cache"));
}

TEST_F(ManagerTest, AnUnknownNameListsTheKnownOnes) {
  manager_.start_tracked("web", spec_);
  manager_.start_tracked("db", spec_);
  const auto error = thrown_by<InvalidArgumentError>([&] { (void)manager_.info("wbe"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'wbe'"), HasSubstr("db, web")));
  EXPECT_THROW((void)manager_.logs("wbe"), InvalidArgumentError);
  EXPECT_THROW((void)manager_.exec("wbe", {"true"}), InvalidArgumentError);
  EXPECT_FALSE(manager_.remove("wbe"));
}

TEST_F(ManagerTest, ATakenOrEmptyNameIsRefusedBeforeAnythingIsSent) {
  manager_.start_tracked("web", spec_);
  engine_->clear_lines();
  EXPECT_THROW(manager_.start_tracked("web", spec_), InvalidArgumentError);
  EXPECT_THROW(manager_.start_tracked("", spec_), InvalidArgumentError);
  EXPECT_THROW(manager_.start_all({{"db", spec_}, {"web", spec_}}), InvalidArgumentError);
  EXPECT_THAT(engine_->lines(), IsEmpty());
  EXPECT_NO_THROW(manager_.start_tracked("db", spec_)) << "a refusal takes no name";
}

TEST_F(ManagerTest, ANameIsFreeAgainAfterAFailureOrARemoval) {
  engine_->refuse("POST /containers/ID/start", 500, "on purpose");
  EXPECT_THROW(manager_.start_tracked("web", spec_), EngineError);
  engine_->refuse("POST /containers/ID/start", 500, "on purpose");
  EXPECT_THROW(manager_.start_all({{"web", spec_}}), ParallelStartError);
  manager_.start_tracked("web", spec_);
  EXPECT_TRUE(manager_.remove("web"));
  manager_.start_tracked("web", spec_);
  EXPECT_EQ(engine_->count(), 1U);
}

TEST_F(ManagerTest, StartsInTheOrderOfDependenciesOnOthersAndOnWhatStands) {
  manager_.start_tracked("net", spec_);
  ContainerSpec app = spec_;
  app.after = {"db", "net"};
  manager_.start_all({{"app", app}, {"db", spec_}});
  EXPECT_THAT(manager_.names(), ElementsAre("app", "db", "net"));
  ContainerSpec lost = spec_;
  lost.after = {"nowhere"};
  EXPECT_THROW(manager_.start_all({{"lost", lost}}), InvalidArgumentError);
  EXPECT_THROW(manager_.start_tracked("lost", lost), InvalidArgumentError);
  EXPECT_EQ(engine_->count(), 3U);
}

TEST_F(ManagerTest, AFailedStartOfSeveralTracksNone) {
  engine_->refuse("POST /containers/ID/start", 500, "on purpose");
  EXPECT_THROW(manager_.start_all({{"a", spec_}, {"b", spec_}, {"c", spec_}}), ParallelStartError);
  EXPECT_THAT(manager_.names(), IsEmpty());
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ManagerTest, CleanupGoesOnPastFailuresAndReportsEach) {
  for (const char* name : {"a", "b", "c", "d"}) {
    manager_.start_tracked(name, spec_);
  }
  engine_->refuse("DELETE", 500, "first");
  engine_->refuse("DELETE", 500, "second");
  const CleanupReport report = manager_.cleanup_all();
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.removed, 2U);
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_THAT(manager_.names(), ElementsAre(report.failures[0].name, report.failures[1].name));
  EXPECT_TRUE(manager_.cleanup_all().ok()) << "what is left is tried again";
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ManagerTest, TheDestructorRemovesAll) {
  {
    ContainerManager manager{client_of(engine_)};
    manager.start_all({{"a", spec_}, {"b", spec_}});
    EXPECT_EQ(engine_->count(), 2U);
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ManagerTest, AForkedChildsCopyRemovesNothing) {
  auto manager = std::make_unique<ContainerManager>(client_of(engine_));
  manager->start_tracked("a", spec_);
  engine_->clear_lines();
  const std::string asked = in_forked_child([&] {
    manager.reset();
    return std::to_string(engine_->lines().size());
  });
  EXPECT_EQ(asked, "0");
  EXPECT_TRUE(manager->remove("a"));
}

TEST_F(ManagerTest, ManyThreadsStartLookAndRemove) {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      try {
        for (int i = 0; i < 20; ++i) {
          const std::string name = std::to_string(thread) + "-" + std::to_string(i);
          manager_.start_tracked(name, spec_);
          failures += manager_.info(name).state.running ? 0 : 1;
          (void)manager_.names();
          failures += manager_.remove(name) ? 0 : 1;
        }
      } catch (const Error&) {
        ++failures;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ManagerTest, OneNameGoesToOneOfManyThreads) {
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      try {
        manager_.start_tracked("web", spec_);
        ++won;
      } catch (const InvalidArgumentError&) {
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(engine_->count(), 1U);
}

}  // namespace
}  // namespace drydock

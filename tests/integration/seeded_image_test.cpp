// Images that are prepared once, on a real engine.
#include "drydock/container/seeded_image.h"

#include <algorithm>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/evidence.h"
#include "drydock/container/snapshot.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"

#include "base/random.h"
#include "base/rfc3339.h"
#include "container/seed_hash.h"
#include "support/forked.h"
#include "support/real_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SeededImageTest : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const SeedSpec& spec : made_) {
      client_.images().remove(reference_of(spec), true);
    }
    EXPECT_THAT(left_behind_here(), IsEmpty());
  }

  // Returns a seed that no other run has, whose image is removed at the test's end.
  SeedSpec seed() {
    return made_.emplace_back(SeedSpec{.base = kBusybox,
                                       .files = {{.path = "/seed.txt", .content = random_hex(8)}},
                                       .command = {"sleep", "600"},
                                       .commands = {{"cp", "/seed.txt", "/copy.txt"}},
                                       // sleep ignores the stop signal
                                       .stop_grace = std::chrono::seconds{0}});
  }
  [[nodiscard]] std::string hash_of(const SeedSpec& spec) const {
    return seed_hash(client_.images().inspect(spec.base).id, spec);
  }
  [[nodiscard]] std::string reference_of(const SeedSpec& spec) const {
    return "drydock-seed:" + hash_of(spec);
  }
  [[nodiscard]] bool is_there(const SeedSpec& spec) const {
    return client_.images().find(reference_of(spec)).has_value();
  }
  [[nodiscard]] std::chrono::nanoseconds last_use(const SeedSpec& spec) const {
    return parse_rfc3339(client_.images().inspect(reference_of(spec)).last_tagged).value();
  }
  [[nodiscard]] std::vector<ImageSummary> images_of(const SeedSpec& spec) const {
    return client_.images().list({"drydock.seed=" + hash_of(spec)});
  }

  Client client_ = Client::from_environment();
  std::vector<SeedSpec> made_;
};

TEST_F(SeededImageTest, HasTheFilesAndWhatTheCommandsDid) {
  const SeedSpec spec = seed();
  const std::string image = seeded_image(client_, spec);
  EXPECT_EQ(image, reference_of(spec));
  const TestContainer box{{.image = image, .command = {"sleep", "600"}, .network_mode = "none"}};
  EXPECT_EQ(box.exec({"cat", "/copy.txt"}).out, spec.files.front().content);
}

TEST_F(SeededImageTest, IsPreparedOnce) {
  SeedSpec spec = seed();
  const std::string image = seeded_image(client_, spec);
  const std::string id = client_.images().inspect(image).id;
  EXPECT_EQ(seeded_image(client_, spec), image);
  EXPECT_EQ(client_.images().inspect(image).id, id);
  EXPECT_THAT(images_of(spec), SizeIs(1));
  SeedSpec other = spec;
  other.commands.push_back({"touch", "/more"});
  made_.push_back(other);
  EXPECT_NE(seeded_image(client_, other), image);
}

TEST_F(SeededImageTest, BelongsToNoSessionAndHoldsNoEnvironment) {
  SeedSpec spec = seed();
  spec.env = {{"PASSWORD", "canary-5512"}};
  spec.commands = {{"sh", "-c", "test \"$PASSWORD\" = canary-5512"}};
  made_.push_back(spec);
  const ImageDetails image = client_.images().inspect(seeded_image(client_, spec));
  EXPECT_THAT(image.json, Not(HasSubstr("canary-5512")));
  EXPECT_EQ(image.labels.at("drydock.seed"), hash_of(spec));
  EXPECT_TRUE(image.labels.contains("drydock.created"));
  EXPECT_FALSE(image.labels.contains("drydock.owner"));
  EXPECT_FALSE(image.labels.contains("drydock.session"));
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST_F(SeededImageTest, WaitsForTheServiceBeforeTheCommands) {
  SeedSpec spec = seed();
  spec.command = {"sh", "-c", "sleep 0.5; touch /up; sleep 600"};
  spec.ready = {wait::ExecSucceeds{{"test", "-e", "/up"}}};
  spec.commands = {{"rm", "/up"}};
  made_.push_back(spec);
  EXPECT_EQ(seeded_image(client_, spec), reference_of(spec));
}

TEST_F(SeededImageTest, LetsTheServiceWriteOutBeforeTheImageIsMade) {
  SeedSpec spec = seed();
  spec.command = {"sh", "-c", "trap 'echo flushed > /flushed; exit 0' TERM; touch /up; sleep 600 & wait"};
  spec.stop_grace = std::chrono::seconds{60};
  spec.ready = {wait::ExecSucceeds{{"test", "-e", "/up"}}};
  made_.push_back(spec);
  const TestContainer box{
      {.image = seeded_image(client_, spec), .command = {"sleep", "600"}, .network_mode = "none"}};
  EXPECT_EQ(box.exec({"cat", "/flushed"}).out, "flushed\n");
}

TEST_F(SeededImageTest, AFailedCommandLeavesNoImage) {
  SeedSpec spec = seed();
  spec.commands = {{"true"}, {"sh", "-c", "echo no such table >&2; exit 3"}, {"true"}};
  made_.push_back(spec);
  const auto error = thrown_by<ContainerStartError>([&] { static_cast<void>(seeded_image(client_, spec)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("no such table"), HasSubstr(kBusybox)));
  EXPECT_THAT(images_of(spec), IsEmpty());
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST_F(SeededImageTest, RefusesAnEmptyCommand) {
  EXPECT_EQ(
      code_thrown_by([&] { static_cast<void>(seeded_image(client_, {.base = kBusybox, .commands = {{}}})); }),
      ErrorCode::InvalidArgument);
}

TEST_F(SeededImageTest, ThreadsThatAskAtOnceGetOneImage) {
  const SeedSpec spec = seed();
  std::vector<std::string> images(4);
  std::vector<std::thread> threads;
  for (std::string& image : images) {
    threads.emplace_back([&image, &spec, this] { image = seeded_image(client_, spec); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const std::string& image : images) {
    EXPECT_EQ(image, reference_of(spec));
  }
  EXPECT_THAT(images_of(spec), SizeIs(1))
      << "a second preparation leaves the first one's image without a name";
}

TEST_F(SeededImageTest, ProcessesThatAskAtOnceGetOneImage) {
  const SeedSpec spec = seed();
  const std::string expected = reference_of(spec);
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool same = false;
      try {
        same = seeded_image(Client::from_environment(), spec) == expected;
      } catch (const std::exception&) {  // the exit code says it
      }
      ::_exit(same ? 0 : 1);
    }
    children.push_back(child);
  }
  EXPECT_EQ(seeded_image(client_, spec), expected);
  for (const pid_t child : children) {
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_THAT(images_of(spec), SizeIs(1));
}

TEST_F(SeededImageTest, TakesOverFromAProcessThatDiedWhilePreparing) {
  const SeedSpec spec = seed();
  const std::string lock = "drydock-seed-" + hash_of(spec).substr(0, 16);
  const std::string left = in_forked_child([&] {
    ContainerSpec holder = idle_spec();
    holder.name = lock;
    return create_container(Client::from_environment(), holder);  // dies with it unremoved
  });
  ASSERT_EQ(client_.containers().inspect(lock).id, left);
  EXPECT_EQ(seeded_image(client_, spec), reference_of(spec));
  EXPECT_FALSE(client_.containers().find(left));
}

TEST_F(SeededImageTest, WaitsForALivingHolderUntilItsTimeIsOver) {
  SeedSpec spec = seed();
  spec.timeout = std::chrono::milliseconds{300};
  made_.push_back(spec);
  ContainerSpec holder = idle_spec();
  holder.name = "drydock-seed-" + hash_of(spec).substr(0, 16);
  const TestContainer living{holder};
  const auto error = thrown_by<TimeoutError>([&] { static_cast<void>(seeded_image(client_, spec)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr(holder.name));
  EXPECT_TRUE(client_.containers().find(living.id()));
}

TEST_F(SeededImageTest, IsRemovedByTheTimeOfItsLastUse) {
  const SeedSpec unused = seed();
  const SeedSpec used = seed();
  static_cast<void>(seeded_image(client_, unused));
  static_cast<void>(seeded_image(client_, used));
  const auto first_use = last_use(used);
  static_cast<void>(seeded_image(client_, used));
  EXPECT_GT(last_use(used), first_use);
  remove_seeded_images(client_, std::chrono::hours{1});
  EXPECT_TRUE(is_there(unused));
  const auto between = (last_use(unused) + last_use(used)) / 2;
  const auto age = std::chrono::system_clock::now().time_since_epoch() - between;
  EXPECT_GE(remove_seeded_images(client_, std::chrono::duration_cast<std::chrono::milliseconds>(age)), 1U);
  EXPECT_FALSE(is_there(unused));
  EXPECT_TRUE(is_there(used));
}

TEST_F(SeededImageTest, OneThatAContainerUsesStays) {
  const SeedSpec spec = seed();
  const std::string image = seeded_image(client_, spec);
  {
    TestContainer box{{.image = image, .command = {"sleep", "600"}, .network_mode = "none"}};
    remove_seeded_images(client_, std::chrono::milliseconds{0});
    EXPECT_TRUE(is_there(spec));
    box.kill();
    box.wait_exit();
    remove_seeded_images(client_, std::chrono::milliseconds{0});
    EXPECT_TRUE(is_there(spec)) << "a container that has ended uses it, too";
  }
  remove_seeded_images(client_, std::chrono::milliseconds{0});
  EXPECT_FALSE(is_there(spec));
}

TEST_F(SeededImageTest, OneWhoseOwnAgeHasPassedGoesWhenAnotherIsPrepared) {
  SeedSpec short_lived = seed();
  short_lived.max_age = std::chrono::seconds{0};
  made_.push_back(short_lived);
  static_cast<void>(seeded_image(client_, short_lived));
  const SeedSpec other = seed();
  static_cast<void>(seeded_image(client_, other));
  EXPECT_FALSE(is_there(short_lived));
  EXPECT_TRUE(is_there(other));
}

TEST_F(SeededImageTest, WhatWasMadeFromOneIsNotRemovedAsOne) {
  const SeedSpec spec = seed();
  const TestContainer box{
      {.image = seeded_image(client_, spec), .command = {"sleep", "600"}, .network_mode = "none"}};
  const Snapshot snapshot = box.snapshot();
  remove_seeded_images(client_, std::chrono::milliseconds{0});
  EXPECT_TRUE(client_.images().find(snapshot.image()));
}

}  // namespace
}  // namespace drydock

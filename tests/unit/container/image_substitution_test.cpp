#include "drydock/container/image_substitution.h"

#include <atomic>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/parallel_start.h"
#include "drydock/container/pool.h"
#include "drydock/container/seeded_image.h"
#include "drydock/container/test_container.h"

#include "container/image_intake.h"
#include "container/image_rules.h"
#include "docker/json.h"
#include "support/environment_variable.h"
#include "support/fake_engine.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kHub = "mirror.example:5000/hub/";

class ImageSubstitutionTest : public ::testing::Test {
 protected:
  ~ImageSubstitutionTest() override { set_image_substitution({}); }

  std::string map(const std::string& text) {
    const std::string path = (folder_.path() / "images.map").string();
    std::ofstream{path} << text;
    ::setenv("DRYDOCK_IMAGE_MAP", path.c_str(), 1);
    return path;
  }
  static void prefix(const std::string& text) { ::setenv("DRYDOCK_IMAGE_PREFIX", text.c_str(), 1); }

  // The images of the containers that stand, as they were asked for at the engine.
  [[nodiscard]] std::vector<std::string> images_at_engine() const {
    std::vector<std::string> images;
    for (const auto& [id, object] : engine_->objects("containers")) {
      images.push_back(parse_json(object.body, "a create")["Image"].string());
    }
    return images;
  }

  const EnvironmentVariable own_prefix_{"DRYDOCK_IMAGE_PREFIX", {}};
  const EnvironmentVariable foreign_prefix_{"TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", {}};
  const EnvironmentVariable map_{"DRYDOCK_IMAGE_MAP", {}};
  const ScratchDirectory folder_{};
  const std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  const Client client_ = client_of(engine_);
};

TEST_F(ImageSubstitutionTest, NothingChangesWhereNothingIsSet) {
  for (const char* const image : {"redis", "quay.io/a/b:1", "not A reference", ""}) {
    EXPECT_EQ(substitute_image(image), image);
  }
  EXPECT_EQ(describe_image_rules(), "");
}

TEST_F(ImageSubstitutionTest, ThePrefixIsPutBeforeImagesOfDockerHub) {
  prefix(kHub);
  EXPECT_EQ(substitute_image("postgres:17"), "mirror.example:5000/hub/postgres:17");
  EXPECT_EQ(substitute_image("postgres"), "mirror.example:5000/hub/postgres");
  EXPECT_EQ(substitute_image("team/app:2"), "mirror.example:5000/hub/team/app:2");
  EXPECT_EQ(substitute_image("docker.io/library/redis:7"), "mirror.example:5000/hub/library/redis:7");
  EXPECT_EQ(substitute_image("index.docker.io/team/app"), "mirror.example:5000/hub/team/app");
  EXPECT_EQ(substitute_image("registry.hub.docker.com/team/app"), "mirror.example:5000/hub/team/app");
  for (const char* const other : {"quay.io/team/app:2", "localhost/app", "127.0.0.1:5000/redis:7"}) {
    EXPECT_EQ(substitute_image(other), other);
  }
}

TEST_F(ImageSubstitutionTest, WhatHasThePrefixStaysAsItIs) {
  for (const char* const text : {kHub, "team/", "docker.io/team/"}) {
    prefix(text);
    const std::string once = substitute_image("redis:7");
    EXPECT_EQ(once, text + std::string{"redis:7"});
    EXPECT_EQ(substitute_image(once), once);
  }
}

TEST_F(ImageSubstitutionTest, ADigestStays) {
  prefix(kHub);
  const std::string digest = "@sha256:" + std::string(64, 'b');
  EXPECT_EQ(substitute_image("redis" + digest), kHub + ("redis" + digest));
  EXPECT_EQ(substitute_image("docker.io/team/app:1" + digest), kHub + ("team/app:1" + digest));
}

TEST_F(ImageSubstitutionTest, IdsAndWhatDrydockMadeAreLeftAlone) {
  prefix(kHub);
  map("* other/*");
  set_image_substitution([](const std::string&) { return "changed:1"; });
  for (const std::string& image :
       {"sha256:" + std::string(64, 'c'), std::string{"sha256:0a1b2c"}, std::string{"drydock-snapshot:ab12"},
        "drydock-seed:" + std::string(64, 'd'), std::string{"localhost/drydock-snapshot:ab12"},
        std::string{"No Reference"}}) {
    EXPECT_EQ(substitute_image(image), image);
  }
  EXPECT_EQ(substitute_image("drydock-seeds:1"), "other/changed:1");
}

TEST_F(ImageSubstitutionTest, AnothersPrefixIsTakenWhereThereIsNoneOfOurs) {
  const EnvironmentVariable foreign{"TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", "other.example/"};
  EXPECT_EQ(substitute_image("redis:7"), "other.example/redis:7");
  prefix(kHub);
  EXPECT_EQ(substitute_image("redis:7"), "mirror.example:5000/hub/redis:7");
  prefix("");
  EXPECT_EQ(choose_image("redis:7").rule, "TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX");
}

TEST_F(ImageSubstitutionTest, ABadPrefixIsNamed) {
  for (const char* const bad : {"mirror.example", "http://mirror.example/", "mirror/X/", "/", "a b/"}) {
    prefix(bad);
    const auto error = thrown_by<InvalidArgumentError>([] { (void)substitute_image("redis:7"); });
    EXPECT_THAT(error->what(),
                AllOf(HasSubstr("DRYDOCK_IMAGE_PREFIX is '" + std::string{bad} + "'"), HasSubstr("HOST")));
    EXPECT_THROW((void)describe_image_rules(), InvalidArgumentError);
  }
}

TEST_F(ImageSubstitutionTest, WhatTheMapGivesIsFinal) {
  prefix(kHub);
  const std::string path = map("postgres:* pg:*\nredis:7 redis:7\n");
  EXPECT_EQ(substitute_image("postgres:17"), "pg:17");
  EXPECT_EQ(choose_image("postgres:17").rule, path + ":1");
  EXPECT_EQ(substitute_image("redis:7"), "redis:7") << "a line that names an image twice exempts it";
  EXPECT_EQ(substitute_image("redis:6"), "mirror.example:5000/hub/redis:6");
  EXPECT_EQ(describe_image_rules(),
            "2 rules of DRYDOCK_IMAGE_MAP '" + path +
                "', 'mirror.example:5000/hub/' of DRYDOCK_IMAGE_PREFIX before images of Docker Hub");
}

TEST_F(ImageSubstitutionTest, WhatAStarMakesIsChecked) {
  const std::string path = map("quay.io/* m.example/*/x\n");
  EXPECT_THROW((void)substitute_image("quay.io/a"), InvalidArgumentError);
  map("* m.example:*\n");
  const auto error = thrown_by<InvalidArgumentError>([] { (void)substitute_image("quay.io/a:1"); });
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'quay.io/a:1'"), HasSubstr(path + ":1")));
}

TEST_F(ImageSubstitutionTest, TheProgramsFunctionComesFirst) {
  map("redis:7 from-map:1\n");
  prefix(kHub);
  set_image_substitution([](const std::string& image) { return image == "cache:1" ? "redis:7" : image; });
  EXPECT_EQ(substitute_image("cache:1"), "from-map:1");
  EXPECT_THAT(choose_image("cache:1").rule, HasSubstr("the program's image substitution and "));
  EXPECT_EQ(choose_by_function("cache:1").image, "redis:7");
  EXPECT_EQ(substitute_image("other:1"), "mirror.example:5000/hub/other:1");
  EXPECT_EQ(choose_image("other:1").rule, "DRYDOCK_IMAGE_PREFIX");
  set_image_substitution({});
  EXPECT_EQ(substitute_image("cache:1"), "mirror.example:5000/hub/cache:1");
}

TEST_F(ImageSubstitutionTest, TheFunctionsAnswerIsChecked) {
  set_image_substitution([](const std::string&) { return "No Reference"; });
  const auto error = thrown_by<InvalidArgumentError>([] { (void)substitute_image("redis:7"); });
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'redis:7'"), HasSubstr("the program's image substitution")));
}

TEST_F(ImageSubstitutionTest, ItMayBeSetWhileOthersAsk) {
  std::atomic<bool> is_over{false};
  std::atomic<int> odd{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!is_over) {
        const std::string image = substitute_image("redis:7");
        odd += image == "redis:7" || image == "a:1" || image == "b:1" ? 0 : 1;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    set_image_substitution([](const std::string&) { return "a:1"; });
    set_image_substitution({});
    set_image_substitution([](const std::string&) { return "b:1"; });
  }
  is_over = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(odd, 0);
}

TEST_F(ImageSubstitutionTest, ASpecIsTakenInOnce) {
  map("a:1 b:1\nb:1 c:1\n");
  ContainerSpec spec{.image = "a:1"};
  take_in_image(spec);
  take_in_image(spec);
  EXPECT_EQ(spec.image, "b:1");
  EXPECT_EQ(spec.substituted.asked, "a:1");
  ContainerSpec copy = spec;
  copy.image = "a:1";  // another than the container's is another question
  take_in_image(copy);
  EXPECT_EQ(copy.image, "b:1");
}

TEST_F(ImageSubstitutionTest, EachWayToAContainerTakesTheOtherImage) {
  map("cache:1 other:2\nother:* wrong:*\n");
  const ContainerSpec spec{.image = "cache:1"};
  const TestContainer box{spec, client_};
  EXPECT_EQ(box.spec().image, "other:2");
  EXPECT_THAT(docker_run_line(box.spec()), HasSubstr(" other:2"));
  const TestContainer copy{box.spec(), client_};
  const std::vector<TestContainer> several = start_all({spec, spec}, {}, client_);
  ContainerPool pool{spec, {.size = 1}, client_};
  pool.wait_ready();
  (void)create_container(client_, spec);
  EXPECT_THAT(images_at_engine(), AllOf(SizeIs(6), Each("other:2")));
}

TEST_F(ImageSubstitutionTest, AMissingImageIsNamedAsItWasAskedFor) {
  prefix(kHub);
  engine_->has_image = false;
  engine_->can_pull = false;
  const ContainerSpec spec{.image = "cache:1"};
  const auto names_both = AllOf(HasSubstr("mirror.example:5000/hub/cache:1"),
                                HasSubstr("'cache:1' is taken as 'mirror.example:5000/hub/cache:1', by "
                                          "DRYDOCK_IMAGE_PREFIX"));
  ContainerSpec always = spec;
  always.pull = PullPolicy::Always;
  EXPECT_THAT(thrown_by<EngineError>([&] { const TestContainer box(spec, client_); })->what(), names_both);
  EXPECT_THAT(thrown_by<EngineError>([&] { (void)create_container(client_, spec); })->what(), names_both);
  EXPECT_THAT(thrown_by<Error>([&] { (void)start_all({always}, {}, client_); })->what(), names_both);
  EXPECT_THAT(thrown_by<EngineError>([&] { (void)seeded_image(client_, {.base = "cache:1"}); })->what(),
              HasSubstr("mirror.example:5000/hub/cache:1"));
}

TEST_F(ImageSubstitutionTest, ABadVariableIsToldBeforeAnythingIsSent) {
  prefix("mirror.example");
  EXPECT_THROW((void)TestContainer({.image = "cache:1"}, client_), InvalidArgumentError);
  EXPECT_EQ(engine_->count(), 0U);
}

}  // namespace
}  // namespace drydock

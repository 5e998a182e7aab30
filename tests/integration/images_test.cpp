// Tests against several images, by what a child test program prints.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/read_file.h"
#include "base/text.h"
#include "support/child_run.h"
#include "support/listening_socket.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/subprocess.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

struct Body {
  std::string test{}, image{}, container{};
  int alive{0};
};

std::vector<Body> bodies_in(const std::string& output) {
  std::vector<Body> bodies;
  for (const std::string& line : text::split(output, '\n')) {
    const std::size_t at = line.find("BODY ");
    if (at != std::string::npos) {
      std::istringstream words{line.substr(at + 5)};
      Body body;
      words >> body.test >> body.image >> body.alive >> body.container;
      bodies.push_back(body);
    }
  }
  return bodies;
}

std::size_t containers_in(const std::vector<Body>& bodies) {
  std::set<std::string> ids;
  std::transform(bodies.begin(), bodies.end(), std::inserter(ids, ids.end()),
                 [](const Body& body) { return body.container; });
  return ids.size();
}

class ImagesTest : public ::testing::Test {
 protected:
  ChildRun run(const std::string& filter, std::map<std::string, std::string> env = {},
               const std::string& more = "--gtest_color=no") {
    env.emplace("DRYDOCK_SESSION", session_);
    return run_test_program("gtest_images", {"--gtest_filter=" + filter, more}, env);
  }
  void TearDown() override { EXPECT_TRUE(all_gone("drydock.session=" + session_)); }

  const std::string session_{"images-" + random_hex(8)};
};

TEST_F(ImagesTest, TestsAreNamedByTheirImages) {
  const ChildRun child = run("Versions/Matrix.*");
  EXPECT_EQ(child.exit_code, 0) << child.output;
  for (const char* name : {"Versions/Matrix.First/busybox_1", "Versions/Matrix.Second/web_1"}) {
    EXPECT_THAT(child.output, HasSubstr(std::string{"[       OK ] "} + name)) << child.output;
  }
  EXPECT_THAT(child.xml, HasSubstr(R"(name="First/busybox_1")"));
}

TEST_F(ImagesTest, OneVersionIsAliveAtATimeInWhateverOrder) {
  for (const char* order : {"--gtest_color=no", "--gtest_shuffle"}) {
    const ChildRun child = run("Versions/Matrix.*:Typed/*", {}, order);
    EXPECT_EQ(child.exit_code, 0) << child.output;
    const std::vector<Body> bodies = bodies_in(child.output);
    EXPECT_THAT(bodies, SizeIs(8)) << child.output;
    EXPECT_THAT(bodies, Each(Field(&Body::alive, 1))) << child.output;
  }
}

TEST_F(ImagesTest, ATypedSuiteStartsEachImageOnce) {
  const ChildRun child = run("Typed/*");
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, AllOf(HasSubstr("Typed/busybox_1.First"), HasSubstr("Typed/web_1.Second")));
  const std::vector<Body> bodies = bodies_in(child.output);
  EXPECT_THAT(bodies, SizeIs(4));
  EXPECT_EQ(containers_in(bodies), 2U) << child.output;
}

TEST_F(ImagesTest, AnImageThatDoesNotStartFailsItsTestsAndIsTriedOnce) {
  const ChildRun child = run("Versions/BrokenMatrix.*");
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(count_of(child.xml, "<failure "), 4U) << child.xml;
  EXPECT_THAT(child.output, AllOf(HasSubstr("| last words"), Not(HasSubstr("BODY"))));
  EXPECT_THAT(child.xml, HasSubstr("drydock.containers_made=\"2\""));
}

TEST_F(ImagesTest, TheEnvironmentChoosesOtherImages) {
  const ChildRun child = run("Versions/Matrix.First*:Typed/*First",
                             {{"DRYDOCK_IMAGES", "busybox=drydock-test/web:1;web=drydock-test/busybox:1"}});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  std::vector<std::string> images;
  for (const Body& body : bodies_in(child.output)) {
    images.push_back(body.test + " " + body.image);
  }
  EXPECT_THAT(images, ElementsAre("typed-first drydock-test/web:1", "typed-first drydock-test/busybox:1",
                                  "matrix-first drydock-test/web:1", "matrix-first drydock-test/busybox:1"));
  EXPECT_THAT(child.output, AllOf(HasSubstr("[ RUN      ] Typed/web_1.First"),
                                  HasSubstr("[ RUN      ] Versions/Matrix.First/web_1")));
}

TEST_F(ImagesTest, AChoiceThatDoesNotFitATypedSuiteFailsItsTests) {
  const ChildRun more = run("Typed/*", {{"DRYDOCK_IMAGES", "web=drydock-test/web:1,drydock-test/probe:1"}});
  EXPECT_EQ(more.exit_code, 1);
  EXPECT_THAT(more.output, HasSubstr("names 3 images where this suite has 2 types"));
}

TEST_F(ImagesTest, AWrongChoiceEndsTheProgramWithAMessage) {
  const ChildRun child = run("*", {{"DRYDOCK_IMAGES", "busybox=Not/An/Image"}});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.output, AllOf(HasSubstr("drydock: DRYDOCK_IMAGES"), Not(HasSubstr("terminate"))));
}

TEST_F(ImagesTest, ATestThatTheChosenImagesDoNotHaveIsNoPass) {
  const std::map<std::string, std::string> other{{"DRYDOCK_IMAGES", "busybox=drydock-test/probe:1"}};
  const ChildRun child = run("Versions/Matrix.First/busybox_1", other);
  EXPECT_EQ(child.exit_code, 1) << child.output;
  EXPECT_THAT(child.output, HasSubstr("no test matches the filter, and DRYDOCK_IMAGES"));
  EXPECT_EQ(run("Versions/Matrix.Nosuch").exit_code, 0)
      << "GoogleTest's own rule, where nothing was replaced";
}

TEST_F(ImagesTest, ListingTestsOrImagesOpensNoConnection) {
  const ListeningSocket engine;
  const ScratchDirectory folder;
  const std::string list = (folder.path() / "list").string();
  const ChildRun tests =
      run_test_program("gtest_images", {"--gtest_list_tests"}, {{"DOCKER_HOST", engine.host()}});
  EXPECT_THAT(tests.output, HasSubstr("First/busybox_1"));
  const ChildRun images =
      run_test_program("gtest_images", {}, {{"DOCKER_HOST", engine.host()}, {"DRYDOCK_LIST_IMAGES", list}});
  EXPECT_EQ(images.exit_code, 0) << images.output;
  EXPECT_THAT(images.output, Not(HasSubstr("RUN"))) << "no test ran";
  EXPECT_THAT(text::split(read_file(list), '\n'),
              ElementsAre("declared/by-hand:1", "declared/by-suite:1", "drydock-test/busybox:1",
                          "drydock-test/web:1", ""));
  EXPECT_EQ(engine.connections(), 0);
}

// ctest runs each test as a program of its own, four at a time.
TEST_F(ImagesTest, OneVersionIsAliveAtATimeAlsoAcrossTheProgramsOfACtestRun) {
  const ScratchDirectory build;
  std::ofstream file{build.path() / "CTestTestfile.cmake"};
  for (const char* test : {"First/busybox_1", "First/web_1", "Second/busybox_1", "Second/web_1"}) {
    file << "add_test(\"" << test
         << "\" \"" DRYDOCK_TEST_PROGRAMS_DIR "/gtest_images\" \"--gtest_filter=Versions/Matrix." << test
         << "\")\n"
         << "set_tests_properties(\"" << test
         << "\" PROPERTIES ENVIRONMENT \"IMAGES_PROGRAM_SECONDS=0.3;DRYDOCK_SESSION=" << session_ << "\")\n";
  }
  file.close();
  const SubprocessResult ctest = run_subprocess({"ctest", "--test-dir", build.path().string(), "-j4", "-V"},
                                                {}, std::chrono::seconds{120});
  EXPECT_EQ(ctest.exit_code, 0) << ctest.output;
  const std::vector<Body> bodies = bodies_in(ctest.output);
  EXPECT_THAT(bodies, SizeIs(4)) << ctest.output;
  EXPECT_THAT(bodies, Each(Field(&Body::alive, 1))) << ctest.output;
}

}  // namespace
}  // namespace drydock

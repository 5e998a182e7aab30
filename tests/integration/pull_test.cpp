// `drydock pull`: images from a real registry on this machine, side by side, in the versions that a lock file
// pins.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/read_file.h"
#include "docker/image_digest.h"
#include "docker/image_lock.h"
#include "support/engine_test.h"
#include "support/local_registry.h"
#include "support/scratch_directory.h"
#include "support/small_tar.h"
#include "support/tool.h"
#include "transport/httplib_exchange.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PullTest : public EngineTest {
 protected:
  static void SetUpTestSuite() { registry_ = std::make_unique<LocalRegistry>(); }
  static void TearDownTestSuite() { registry_.reset(); }

  /// Makes an image, pushes it and removes it from the engine. Returns its digest at the registry.
  std::string push(const std::string& image, const std::string& content) {
    const ImageReference reference = ImageReference::parse(image);
    send({.method = Method::Post,
          .target = "/v1.41/images/create?fromSrc=-&repo=" + image,
          .body = tar_of_file("content", content),
          .content_type = "application/x-tar"});
    track_image(image);
    const std::string progress = send(
        {.method = Method::Post,
         .target = "/v1.41/images/" + reference.name() + "/push?tag=" + reference.tag + "&tlsVerify=false",
         .headers = {{"X-Registry-Auth", "e30="}}});  // {}
    EXPECT_EQ(progress.find("\"error\""), std::string::npos) << progress;
    std::string digest = digest_here(image);
    EXPECT_TRUE(client().images().remove(image, true));
    return digest;
  }

  [[nodiscard]] std::string digest_here(const std::string& image) const {
    return digest_at_repository(client().images().inspect(image), ImageReference::parse(image));
  }

  std::string new_name() { return registry_->host() + "/" + unique_name(); }
  [[nodiscard]] std::string file(const char* name) const { return (folder_.path() / name).string(); }

  const ScratchDirectory folder_{};
  static inline std::unique_ptr<LocalRegistry> registry_{};

 private:
  std::string send(const Request& request) const {
    HttplibExchange exchange{client().endpoint()};
    const Response response = exchange.send(request, Deadline::in(std::chrono::minutes{2}));
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }
};

TEST_F(PullTest, PullsWhatIsMissingAndGoesOnAfterAFailure) {
  const std::string first = new_name() + ":1";
  const std::string second = new_name() + ":1";
  const std::string missing = new_name() + ":1";
  push(first, "1");
  push(second, "2");
  std::ofstream{file("list")} << "# ours\n\n" << missing << "\n" << second << "\n";
  const SubprocessResult result = run_tool({"pull", first, "--from", file("list"), "--jobs", "2"});
  EXPECT_EQ(result.exit_code, 1) << result.output;
  EXPECT_TRUE(client().images().find(first));
  EXPECT_TRUE(client().images().find(second));
  EXPECT_THAT(result.output, AllOf(HasSubstr(first + ": pulling"), HasSubstr(missing + ": failed"),
                                   HasSubstr("3 images, 1 failed")));
  EXPECT_EQ(run_tool({"pull", first, second}).exit_code, 0);
}

TEST_F(PullTest, JsonSaysWhatBecameOfEach) {
  const std::string image = new_name() + ":1";
  const std::string digest = push(image, "json");
  const SubprocessResult result = run_subprocess(
      {"sh", "-c", tool_path() + " pull --json " + image + " " + kBusybox + " 2>/dev/null"});  // the progress
  EXPECT_EQ(result.exit_code, 0);
  const Json report = parse_json(result.output, "what drydock pull printed");
  ASSERT_THAT(report["images"].array(), SizeIs(2)) << report.dump();
  const Json& row = report["images"].array()[0];
  EXPECT_EQ(row["image"].string(), image);
  EXPECT_EQ(row["status"].string(), "pulled");
  EXPECT_EQ(row["digest"].string(), digest);
  EXPECT_EQ(report["images"].array()[1]["status"].string(), "present");
  EXPECT_EQ(report["failed"].integer(), 0);
}

TEST_F(PullTest, ALockHoldsAnImageToItsVersion) {
  const std::string image = new_name() + ":1";
  const std::string lock = file("drydock.lock");
  const std::string old_digest = push(image, "the old one");
  EXPECT_EQ(run_tool({"pull", image, "--lock", lock, "--update"}).exit_code, 0);
  EXPECT_EQ(ImageLock::read(lock).digest_of(image), old_digest);
  // The tag moves on, here and at the registry.
  client().images().remove(image, true);
  const std::string new_digest = push(image, "the new one");
  ASSERT_NE(new_digest, old_digest);
  client().images().pull(image);
  ASSERT_EQ(digest_here(image), new_digest);
  const SubprocessResult pinned = run_tool({"pull", "--lock", lock, "--require-digests"});
  EXPECT_EQ(pinned.exit_code, 0) << pinned.output;
  EXPECT_THAT(pinned.output, HasSubstr("pinned"));
  EXPECT_EQ(digest_here(image), old_digest);
  EXPECT_THAT(run_tool({"pull", "--lock", lock}).output, HasSubstr("present"));
  // Until somebody asks for the newest.
  EXPECT_EQ(run_tool({"pull", "--lock", lock, "--update"}).exit_code, 0);
  EXPECT_EQ(ImageLock::read(lock).digest_of(image), new_digest);
  EXPECT_EQ(digest_here(image), new_digest);
  track_image(ImageReference::parse(image).name() + "@" + old_digest);
}

TEST_F(PullTest, AnUpdateThatFailsKeepsWhatWasPinned) {
  const std::string image = new_name() + ":1";
  const std::string gone = new_name() + ":1";
  const std::string digest = push(image, "kept");
  const std::string lock = file("drydock.lock");
  const std::string other = "sha256:" + std::string(64, 'a');
  std::ofstream{lock} << "# ours\n" << gone << " " << other << "\n";
  EXPECT_EQ(run_tool({"pull", image, gone, "--lock", lock, "--update"}).exit_code, 1);
  EXPECT_EQ(read_file(lock), "# ours\n" + gone + " " + other + "\n" + image + " " + digest + "\n");
}

TEST_F(PullTest, DigestsCanBeRequired) {
  const std::string image = new_name() + ":1";
  const std::string digest = push(image, "required");
  const SubprocessResult refused = run_tool({"pull", image, "--require-digests"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("no digest pins the image"));
  EXPECT_FALSE(client().images().find(image)) << "nothing was pulled";
  const std::string exact = ImageReference::parse(image).name() + "@" + digest;
  EXPECT_EQ(run_tool({"pull", exact, "--require-digests"}).exit_code, 0);
  track_image(exact);
}

TEST_F(PullTest, AsksATestProgramForItsImages) {
  const SubprocessResult result =
      run_tool({"pull", "--program", DRYDOCK_TEST_PROGRAMS_DIR "/gtest_program_scope"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, AllOf(HasSubstr("drydock-test/busybox:1"), HasSubstr("1 images, 0 failed"),
                                   Not(HasSubstr("BODY"))));
  const SubprocessResult other = run_tool({"pull", "--program", "/bin/true"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.output, HasSubstr("lists no images"));
}

// The CMake function, in a project whose programs are built already.
TEST_F(PullTest, CMakeMakesATargetAndAFixture) {
  const std::filesystem::path module =
      std::filesystem::path{DRYDOCK_TEST_SOURCE_DIR} / "cmake/DrydockPull.cmake";
  std::filesystem::create_directory(folder_.path() / "project");
  std::ofstream{folder_.path() / "project/CMakeLists.txt"}
      << "cmake_minimum_required(VERSION 3.24)\nproject(pull LANGUAGES NONE)\nenable_testing()\n"
      << "add_executable(drydock::tool IMPORTED)\n"
      << "set_target_properties(drydock::tool PROPERTIES IMPORTED_LOCATION " << tool_path() << ")\n"
      << "add_executable(my_tests IMPORTED)\n"
      << "set_target_properties(my_tests PROPERTIES IMPORTED_LOCATION "
      << DRYDOCK_TEST_PROGRAMS_DIR "/gtest_program_scope)\n"
      << "include(" << module.string() << ")\n"
      << "drydock_pull_images(my_tests IMAGES drydock-test/web:1 JOBS 2)\n"
      << "add_test(NAME uses_images COMMAND ${CMAKE_COMMAND} -E true)\n"
      << "set_tests_properties(uses_images PROPERTIES FIXTURES_REQUIRED drydock_pull)\n";
  const SubprocessResult configured = run_subprocess({"cmake", "-S", file("project"), "-B", file("build")});
  ASSERT_EQ(configured.exit_code, 0) << configured.output;
  const SubprocessResult pulled =
      run_subprocess({"cmake", "--build", file("build"), "--target", "drydock_pull"});
  EXPECT_EQ(pulled.exit_code, 0) << pulled.output;
  EXPECT_THAT(pulled.output, AllOf(HasSubstr("drydock-test/busybox:1"), HasSubstr("drydock-test/web:1"),
                                   HasSubstr("2 images, 0 failed")));
  const SubprocessResult tested = run_subprocess({"ctest", "--test-dir", file("build"), "-R", "uses_images"});
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, HasSubstr("drydock_pull")) << "the fixture's set-up";
}

TEST_F(PullTest, BadUsageIsToldApart) {
  EXPECT_EQ(run_tool({"pull"}).exit_code, 2);
  EXPECT_EQ(run_tool({"pull", "x:1", "--update"}).exit_code, 2);
  EXPECT_EQ(run_tool({"pull", "x:1", "--jobs", "0"}).exit_code, 2);
  EXPECT_EQ(run_tool({"pull", "--from", "/nowhere/list"}).exit_code, 2);
  EXPECT_EQ(run_tool({"pull", "--lock", "/nowhere/drydock.lock"}).exit_code, 2);
  std::ofstream{file("bad.lock")} << "redis:7\n";
  const SubprocessResult bad = run_tool({"pull", "--lock", file("bad.lock")});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.output, HasSubstr("bad.lock:1: "));
}

}  // namespace
}  // namespace drydock

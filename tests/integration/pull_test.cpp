// `drydock pull`: images from a real registry on this machine, side by side, in the versions that a lock file
// pins.
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

// Images that are taken from a mirror, a real registry on this machine, in the place of those that are named.
#include "drydock/container/image_substitution.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/seeded_image.h"
#include "drydock/container/shared_container.h"
#include "drydock/container/test_container.h"

#include "base/random.h"
#include "base/read_file.h"
#include "container/guard_access.h"
#include "support/child_process.h"
#include "support/engine_test.h"
#include "support/environment_variable.h"
#include "support/local_registry.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"
#include "support/tool.h"
#include "transport/httplib_exchange.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ImageSubstitutionOnEngineTest : public EngineTest {
 protected:
  static void SetUpTestSuite() { registry_ = std::make_unique<LocalRegistry>(); }
  static void TearDownTestSuite() { registry_.reset(); }

  [[nodiscard]] static std::string prefix() { return registry_->host() + "/hub/"; }

  /// Puts an image with a layer of its own into the registry, as `name` of the mirror, and nowhere else.
  void put_into_mirror(const std::string& name) {
    const ContainerId box = run({"sleep", "600"});
    (void)output_of(box, {"sh", "-c", "echo " + random_hex(8) + " >/mark"});
    const std::string reference = prefix() + name;
    track_image(reference + ":1");
    client().images().commit(box, {.reference = reference + ":1"});
    HttplibExchange exchange{client().endpoint()};
    const Response response =
        exchange.send({.method = Method::Post,
                       .target = "/v1.41/images/" + reference + "/push?tag=1&tlsVerify=false",
                       .headers = {{"X-Registry-Auth", "e30="}}},  // {}
                      Deadline::in(std::chrono::minutes{2}));
    EXPECT_EQ(response.body.find("\"error\""), std::string::npos) << response.body;
    EXPECT_TRUE(client().images().remove(reference + ":1", true));
  }

  std::string map(const std::string& text) {
    const std::string path = (folder_.path() / "images.map").string();
    std::ofstream{path} << text;
    return path;
  }

  /// Returns how often each blob of the repository was fetched.
  [[nodiscard]] static std::map<std::string, int> fetched(const std::string& name, const std::string& what) {
    std::map<std::string, int> count;
    std::istringstream lines{registry_->log()};
    const std::string call = "\"GET /v2/hub/" + name + "/" + what + "/";
    for (std::string line; std::getline(lines, line);) {
      if (const std::size_t at = line.find(call); at != std::string::npos) {
        const std::string rest = line.substr(at + call.size());
        ++count[rest.substr(0, rest.find(' '))];
      }
    }
    return count;
  }

  static ContainerSpec sleeper(const std::string& image) {
    return {.image = image, .command = {"sleep", "600"}, .network_mode = "none"};
  }

  const EnvironmentVariable own_prefix_{"DRYDOCK_IMAGE_PREFIX", {}};
  const EnvironmentVariable foreign_prefix_{"TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", {}};
  const EnvironmentVariable map_{"DRYDOCK_IMAGE_MAP", {}};
  const ScratchDirectory folder_{};
  static inline std::unique_ptr<LocalRegistry> registry_{};
};

TEST_F(ImageSubstitutionOnEngineTest, ThePrefixPullsFromTheMirror) {
  const std::string name = unique_name();
  put_into_mirror(name);
  const EnvironmentVariable set{"DRYDOCK_IMAGE_PREFIX", prefix()};
  const TestContainer box{sleeper("docker.io/" + name + ":1")};
  EXPECT_EQ(box.inspect().image, prefix() + name + ":1");
  const Evidence evidence = GuardAccess::guard(box).read_evidence();
  EXPECT_EQ(evidence.image, prefix() + name + ":1");
  EXPECT_THAT(evidence.image_digest, StartsWith(prefix() + name + "@sha256:"));
  EXPECT_THAT(docker_run_line(box.spec()), HasSubstr(prefix() + name + ":1"));
  EXPECT_FALSE(client().images().find(name + ":1"));
}

TEST_F(ImageSubstitutionOnEngineTest, TheMapPullsAnotherName) {
  const std::string name = unique_name();
  put_into_mirror(name);
  const EnvironmentVariable set{"DRYDOCK_IMAGE_MAP", map("drydock-it/cache:* " + prefix() + name + ":*\n")};
  const TestContainer box{sleeper("drydock-it/cache:1")};
  EXPECT_EQ(box.inspect().image, prefix() + name + ":1");
  EXPECT_FALSE(client().images().find("drydock-it/cache:1"));
}

TEST_F(ImageSubstitutionOnEngineTest, AnImageThatIsNotThereIsNamedAsItWasAskedForToo) {
  const std::string name = unique_name();
  const EnvironmentVariable set{"DRYDOCK_IMAGE_PREFIX", prefix()};
  const auto error = thrown_by<EngineError>([&] { const TestContainer box(sleeper(name + ":1")); });
  EXPECT_EQ(error->code(), ErrorCode::NotFound);
  EXPECT_THAT(error->what(),
              HasSubstr("'" + name + ":1' is taken as '" + prefix() + name + ":1', by DRYDOCK_IMAGE_PREFIX"));
}

TEST_F(ImageSubstitutionOnEngineTest, ALockNamesWhatIsAskedForAndHoldsWhatIsTaken) {
  const std::string name = unique_name();
  put_into_mirror(name);
  const std::string lock = (folder_.path() / "drydock.lock").string();
  const std::map<std::string, std::string> env{{"DRYDOCK_IMAGE_PREFIX", prefix()}};
  const SubprocessResult updated = run_tool({"pull", name + ":1", "--lock", lock, "--update"}, env);
  EXPECT_EQ(updated.exit_code, 0) << updated.output;
  EXPECT_THAT(updated.output, HasSubstr("taken as " + prefix() + name + ":1, by DRYDOCK_IMAGE_PREFIX"));
  EXPECT_THAT(read_file(lock), HasSubstr("\n" + name + ":1 sha256:"));
  client().images().remove(prefix() + name + ":1", true);
  const SubprocessResult held = run_tool({"pull", "--lock", lock, "--require-digests"}, env);
  EXPECT_EQ(held.exit_code, 0) << held.output;
  EXPECT_THAT(held.output, HasSubstr("pinned"));
  const auto image = client().images().find(prefix() + name + ":1");
  ASSERT_TRUE(image);
  track_image(image->digests.front());
  EXPECT_FALSE(client().images().find(name + ":1"));
  EXPECT_EQ(run_tool({"pull", "other:1", "--lock", lock, "--require-digests"}, env).exit_code, 1);
}

// Each process finds the image missing, and all of them begin at once.
TEST_F(ImageSubstitutionOnEngineTest, SixProcessesPullTheImageOnce) {
  const std::string name = unique_name();
  put_into_mirror(name);
  std::vector<std::unique_ptr<ChildProcess>> processes;
  for (int i = 0; i < 6; ++i) {
    processes.push_back(std::make_unique<ChildProcess>(
        std::vector<std::string>{tool_path(), "run", "--image", name + ":1", "--command", "sleep 600", "--",
                                 "true"},
        std::map<std::string, std::string>{{"DRYDOCK_IMAGE_PREFIX", prefix()}, {"DRYDOCK_LOG", "info"}}));
  }
  int pulls = 0;
  for (const auto& process : processes) {
    EXPECT_EQ(process->wait().exit_code, 0) << process->output();
    EXPECT_THAT(process->output(),
                HasSubstr("the image '" + name + ":1' is taken as '" + prefix() + name + ":1'"));
    pulls += process->output().find("pulling the image") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(pulls, 1);
  const std::map<std::string, int> blobs = fetched(name, "blobs");
  EXPECT_THAT(blobs, AllOf(Not(IsEmpty()), Each(Pair(StartsWith("sha256:"), 1)))) << registry_->log();
  int manifests = 0;
  for (const auto& [reference, count] : fetched(name, "manifests")) {
    manifests += count;
  }
  EXPECT_EQ(manifests, 1) << registry_->log();
}

TEST_F(ImageSubstitutionOnEngineTest, SharedContainersAndSeedsAreOfTheOtherImage) {
  const EnvironmentVariable set{"DRYDOCK_IMAGE_MAP",
                                map("drydock-it/cache:1 " + std::string{kBusybox} + "\n")};
  const TestContainer shared = shared_container(sleeper("drydock-it/cache:1"));
  EXPECT_EQ(shared.spec().image, kBusybox);
  EXPECT_EQ(shared_container(sleeper(kBusybox)).id(), shared.id()) << "it is the same one";
  SeedSpec seed{.base = "drydock-it/cache:1",
                .files = {{.path = "/mark", .content = random_hex(8)}},
                .command = {"sleep", "600"}};
  seed.stop_grace = std::chrono::seconds{0};
  const std::string image = track_image(seeded_image(client(), seed));
  seed.base = kBusybox;
  EXPECT_EQ(seeded_image(client(), seed), image);
}

TEST_F(ImageSubstitutionOnEngineTest, TheToolsServiceIsOfTheOtherImage) {
  const std::string state = (folder_.path() / "box.json").string();
  const std::map<std::string, std::string> env{
      {"DRYDOCK_IMAGE_MAP", map("drydock-it/cache:* " + std::string{kBusybox} + "\n")}};
  const std::vector<std::string> up{"up", "box",   "--image", "drydock-it/cache:1", "--state", state,
                                    "--", "sleep", "600"};
  const Json first = run_tool_for_json(up, env);
  EXPECT_EQ(first["image"].string(), kBusybox);
  EXPECT_EQ(run_tool_for_json(up, env)["container"].string(), first["container"].string());
  EXPECT_EQ(run_tool({"down", "--state", state}).exit_code, 0);
}

TEST_F(ImageSubstitutionOnEngineTest, DoctorShowsAndChecksTheVariables) {
  const std::string rules = map("a:1 b:1\n");
  const std::map<std::string, std::string> good{{"DRYDOCK_IMAGE_MAP", rules},
                                                {"DRYDOCK_IMAGE_PREFIX", "mirror.example/"}};
  EXPECT_THAT(run_tool({"doctor"}, good).output,
              AllOf(HasSubstr("1 rules of DRYDOCK_IMAGE_MAP '" + rules + "'"),
                    HasSubstr("'mirror.example/' of DRYDOCK_IMAGE_PREFIX")));
  const SubprocessResult bad = run_tool({"doctor"}, {{"DRYDOCK_IMAGE_PREFIX", "mirror.example"}});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.output, HasSubstr("DRYDOCK_IMAGE_PREFIX is 'mirror.example'"));
}

}  // namespace
}  // namespace drydock

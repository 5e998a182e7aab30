// Services in the scopes of GoogleTest, on one that serves HTTP; what is the services' own is tested with
// each.
#include "drydock/gtest/services.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/fixtures/http_service.h"
#include "drydock/gtest/matchers.h"

#include "support/thrown.h"

namespace drydock {
namespace {

using fixtures::HttpService;
using fixtures::HttpServiceOptions;
using ::testing::HasSubstr;

HttpServiceOptions web() {
  return {.image = "drydock-test/web:1", .port = 8080, .ready_path = "/health"};
}

struct Web : HttpService {
  using HttpService::HttpService;
  static Options options() { return web(); }
};
static_assert(fixtures::ServiceType<Web> && fixtures::ServiceType<HttpService>);

/// A service that a user wrote.
struct NotesOptions {
  std::string first{"one"};
};

class Notes : public fixtures::Service {
 public:
  using Options = NotesOptions;

  static ContainerSpec spec(const Options& options) {
    return {
        .image = "drydock-test/web:1",
        .env = {{"FIRST_NOTE", options.first}},
        .ports = {8080},
        .ready = {wait::PortOpen{8080}, wait::ExecSucceeds{{"sh", "-c", "echo $FIRST_NOTE >/tmp/notes"}}}};
  }
  explicit Notes(const Options& options = {}) : Notes(TestContainer{spec(options)}) {}
  explicit Notes(TestContainer container) : Service(std::move(container), 8080) {}

  [[nodiscard]] std::string first() const { return setting("FIRST_NOTE"); }
  [[nodiscard]] std::string all() const { return container().exec({"cat", "/tmp/notes"}).out; }
  void clean() const { ASSERT_THAT(container().sh("echo $FIRST_NOTE >/tmp/notes"), Succeeded()); }
};

ServiceEnvironment<HttpService>& program_web = add_service<HttpService>(web());

std::set<std::string> ids_of_suite, ids_of_program;

class SuiteServiceTest : public SuiteService<Web> {
 public:
  static void TearDownTestSuite() {
    EXPECT_EQ(ids_of_suite.size(), 1U);
    EXPECT_EQ(ids_of_program.size(), 1U);
    SuiteService<Web>::TearDownTestSuite();
  }

 protected:
  void TearDown() override {
    ids_of_suite.insert(service().container().id());
    ids_of_program.insert(program_web->container().id());
  }
};

TEST_F(SuiteServiceTest, IsReadyAndReachable) {
  EXPECT_THAT(service().url("/health"), HasSubstr(service().address()));
  EXPECT_EQ(service().container().inspect().state.running, true);
}

TEST_F(SuiteServiceTest, IsTheSameInEachTestAndNotThePrograms) {
  EXPECT_NE(service().container().id(), program_web->container().id());
  EXPECT_NE(service().port(), program_web->port());
}

struct SharedWeb : Web {
  using Web::Web;
  static SharedOptions sharing() { return {.exclusive = true}; }
};

class SharedServiceTest : public SharedService<SharedWeb> {};

TEST_F(SharedServiceTest, IsTheRunsContainerSharedAsTheServiceSays) {
  EXPECT_NO_THROW(service().container().restart(std::chrono::seconds{0})) << "it is held exclusively";
  const std::string id = service().container().id();
  TearDownTestSuite();
  const TestContainer again = shared_container(KeptService<SharedWeb>::spec());
  EXPECT_EQ(again.id(), id);
}

TEST(OwnServiceTest, KnowsItsSettingsFromTheContainerAndComesBackToClean) {
  const Notes notes{NotesOptions{.first = "two"}};
  EXPECT_EQ(notes.first(), "two");
  EXPECT_THAT(notes.container().sh("echo three >>/tmp/notes"), Succeeded());
  EXPECT_EQ(notes.all(), "two\nthree\n");
  notes.clean();
  EXPECT_EQ(notes.all(), "two\n");
}

TEST(OwnServiceTest, TakesASpecThatWasEditedBeforeItsStart) {
  ContainerSpec spec = Notes::spec({});
  spec.env["FIRST_NOTE"] = "edited";
  const Notes notes{TestContainer{std::move(spec)}};
  EXPECT_EQ(notes.first(), "edited");
  EXPECT_EQ(notes.all(), "edited\n");
}

struct NoSuchImage : HttpService {
  using HttpService::HttpService;
  static ContainerSpec spec(const HttpServiceOptions& options) {
    ContainerSpec spec = HttpService::spec(options);
    spec.pull = PullPolicy::Never;
    return spec;
  }
  static Options options() { return {.image = "drydock-test/none:1"}; }
};

TEST(KeptServiceTest, SaysWhyThereIsNoService) {
  KeptService<NoSuchImage> kept;
  kept.set_up([] { return TestContainer{KeptService<NoSuchImage>::spec()}; });
  const auto error = thrown_by<Error>([&] { (void)kept.get(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("drydock-test/none:1"));
}

TEST(HttpServiceTest, AsksWhichPortWhereThereAreSeveral) {
  ContainerSpec spec = HttpService::spec(web());
  spec.ports.emplace_back(9090);
  TestContainer container{spec};
  const auto error = thrown_by<InvalidArgumentError>([&] { (void)HttpService{std::move(container)}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("2 TCP ports"));
}

}  // namespace
}  // namespace drydock

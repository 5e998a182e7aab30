#include "drydock/container/evidence.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"
#include "drydock/observability/log.h"

#include "support/fake_engine.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

namespace fs = std::filesystem;

TEST(EvidenceTextTest, HoldsWhatAReaderNeeds) {
  const Evidence evidence{.id = std::string(64, 'a'),
                          .name = "drydock-1-2",
                          .image = "redis:7",
                          .image_digest = "redis@sha256:0123",
                          .state = {.status = ContainerStatus::Exited,
                                    .oom_killed = true,
                                    .exit_code = 137,
                                    .error = "no memory"},
                          .ports = {{.container_port = 6379, .host_ip = "127.0.0.1", .host_port = 32768}},
                          .log_tail = "one\ntwo\r\n",
                          .log_file = "/tmp/x.log",
                          .run_line = "docker run redis:7",
                          .where = {"cache_test.cpp", "f", 12}};
  const std::string text = evidence.to_text();
  for (const char* part : {"drydock-1-2", "aaaaaaaaaaaa", "redis:7", "redis@sha256:0123", "exited", "137",
                           "lack of memory", "no memory", "6379/tcp at 127.0.0.1:32768", "| one\n", "| two\n",
                           "/tmp/x.log", "docker run redis:7", "cache_test.cpp:12"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(EvidenceTextTest, IndentsEveryLineAndLetsNoControlCharacterThrough) {
  const Evidence evidence{.name = "c", .log_tail = "\x1b[31mred\nx\ty"};
  const std::string text = evidence.to_text();
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    EXPECT_EQ(text.substr(at, 2), "  ");
  }
}

TEST(EvidenceTextTest, SaysWhenTheLinesAreNotOfThisTest) {
  Evidence evidence{.log_tail = "ready\n"};
  EXPECT_THAT(evidence.to_text(), Not(HasSubstr("before")));
  evidence.log_is_older = true;
  EXPECT_THAT(evidence.to_text(), HasSubstr("before"));
}

TEST(EvidenceTextTest, ARunningContainerHasNoExitCode) {
  const Evidence evidence{.state = {.status = ContainerStatus::Running, .running = true}};
  EXPECT_THAT(evidence.to_text(), Not(HasSubstr("exit code")));
}

class FailureEvidenceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("DRYDOCK_LOG_DIR");
    std::string name = (fs::temp_directory_path() / "drydock-evidence-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    engine_->log = "hello\n";
    begin("Suite.Test");
  }
  void TearDown() override {
    set_test_context(std::nullopt);
    fs::remove_all(root_);
  }

  void begin(const std::string& test) const {
    set_test_context(TestContext{
        .test = test, .started = std::chrono::system_clock::now(), .log_directory = root_.string()});
  }
  [[nodiscard]] TestContainer start() const {
    return TestContainer{{.image = "busybox"}, client_of(engine_)};
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  fs::path root_;
};

TEST_F(FailureEvidenceTest, SpeaksOfEveryContainerThatIsHeld) {
  const TestContainer first = start();
  const TestContainer second = start();
  const std::vector<Evidence> evidence = failure_evidence();
  EXPECT_THAT(evidence,
              ElementsAre(AllOf(Field(&Evidence::id, first.id()), Field(&Evidence::log_tail, "hello\n")),
                          Field(&Evidence::id, second.id())));
}

TEST_F(FailureEvidenceTest, SavesTheFullLog) {
  const TestContainer container = start();
  const std::vector<Evidence> evidence = failure_evidence();
  ASSERT_THAT(evidence, SizeIs(1));
  const fs::path file = evidence.front().log_file;
  EXPECT_EQ(file.parent_path(), root_);
  EXPECT_THAT(file.filename().string(), AllOf(HasSubstr("Suite.Test"), HasSubstr(container.name())));
  std::ifstream stream{file};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{stream}, {}), "hello\n");
}

TEST_F(FailureEvidenceTest, IsGivenOncePerTest) {
  const TestContainer container = start();
  EXPECT_THAT(failure_evidence(), SizeIs(1));
  EXPECT_THAT(failure_evidence(), IsEmpty());
  begin("Suite.Next");
  EXPECT_THAT(failure_evidence(), SizeIs(1));
}

TEST_F(FailureEvidenceTest, OfAGuardThatDiesByAnExceptionIsReadBeforeItsRemoval) {
  try {
    const TestContainer container = start();
    throw std::runtime_error("the test's own");
  } catch (const std::runtime_error&) {
    EXPECT_EQ(engine_->count(), 0U);
  }
  const std::vector<Evidence> evidence = failure_evidence();
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence.front().log_tail, "hello\n");
  const std::vector<std::string> lines = engine_->lines();
  EXPECT_LT(std::find(lines.begin(), lines.end(), "GET /containers/ID/logs"),
            std::find(lines.begin(), lines.end(), "DELETE /containers/ID?force=1&v=1"));
  EXPECT_THAT(failure_evidence(), IsEmpty());
}

TEST_F(FailureEvidenceTest, OfAContainerThatDidNotStartIsTheExceptionsOwn) {
  engine_->exits_at_start = true;
  std::string in_exception;
  try {
    (void)start();
  } catch (const ContainerStartError& error) {
    in_exception = error.evidence().to_text();
  }
  const std::vector<std::string> requests = engine_->lines();
  const std::vector<Evidence> evidence = failure_evidence();
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence.front().to_text(), in_exception);
  EXPECT_EQ(engine_->lines(), requests) << "it is not read twice";
  EXPECT_THAT(failure_evidence(), IsEmpty());
}

TEST_F(FailureEvidenceTest, OfAnEarlierTestIsDropped) {
  try {
    const TestContainer container = start();
    throw std::runtime_error("the test's own");
  } catch (const std::runtime_error&) {
  }
  begin("Suite.Next");
  EXPECT_THAT(failure_evidence(), IsEmpty());
}

TEST_F(FailureEvidenceTest, CostsNothingWhenNoTestRuns) {
  set_test_context(std::nullopt);
  try {
    const TestContainer container = start();
    throw std::runtime_error("the program's own");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(engine_->lines(), Not(::testing::Contains("GET /containers/ID/logs")));
}

TEST_F(FailureEvidenceTest, NamesTheExactImageElseItsId) {
  const std::string digest = "sha256:" + std::string(64, 'd');
  engine_->image_id = "sha256:" + std::string(64, 'e');
  engine_->image_digests = {"busybox@" + digest};
  const TestContainer first = start();
  EXPECT_THAT(failure_evidence(), ElementsAre(Field(&Evidence::image_digest, "busybox@" + digest)));
  engine_->has_image = false;  // its name is another's by now
  begin("Suite.Next");
  EXPECT_THAT(failure_evidence(), ElementsAre(Field(&Evidence::image_digest, engine_->image_id)));
}

TEST_F(FailureEvidenceTest, NeverThrows) {
  const TestContainer container = start();
  engine_->refuse("GET /containers/ID/json", 500, "no state");
  engine_->refuse("GET /containers/ID/logs", 500, "no log");
  engine_->refuse("GET /containers/ID/logs", 500, "no full log");
  const std::vector<Evidence> evidence = failure_evidence();
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_THAT(evidence.front().problem,
              AllOf(HasSubstr("no state"), HasSubstr("no log"), HasSubstr("no full log")));
}

}  // namespace
}  // namespace drydock

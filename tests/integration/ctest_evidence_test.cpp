// What the reports of a failing test name: GoogleTest's XML, and the JUnit file of a real ctest, which holds
// what the test printed.
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/read_file.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/subprocess.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class CtestEvidenceTest : public ::testing::Test {
 protected:
  // Writes what CMake would write for add_test(): a name, a command, and its environment.
  void add_test(const std::string& filter) const {
    std::ofstream file{build_.path() / "CTestTestfile.cmake"};
    file << "add_test(failing \"" DRYDOCK_TEST_PROGRAMS_DIR "/gtest_failures\" \"--gtest_filter=" << filter
         << "\" \"--gtest_output=xml:" << path("gtest.xml") << "\")\n"
         << "set_tests_properties(failing PROPERTIES ENVIRONMENT \"DRYDOCK_LOG_DIR=" << path("logs")
         << ";DRYDOCK_SESSION=" << session_ << "\")\n";
  }

  [[nodiscard]] std::string path(const char* name) const { return (build_.path() / name).string(); }

  const std::string session_{"ctest-" + random_hex(8)};
  const ScratchDirectory build_{};
};

// Returns the value of a property of GoogleTest's report.
std::string property(const std::string& xml, const std::string& name) {
  const std::string begin = "<property name=\"" + name + "\" value=\"";
  const std::size_t at = xml.find(begin);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t value = at + begin.size();
  return xml.substr(value, xml.find('"', value) - value);
}

TEST_F(CtestEvidenceTest, BothReportsNameContainerDigestAndLog) {
  add_test("Failing.Assert");
  const SubprocessResult ctest =
      run_subprocess({"ctest", "--test-dir", build_.path().string(), "--output-junit", path("junit.xml")});
  EXPECT_NE(ctest.exit_code, 0) << ctest.output;
  const std::string xml = read_file(path("gtest.xml"));
  const std::string container = property(xml, "drydock.container");
  const std::string digest = property(xml, "drydock.image_digest");
  const std::string log = property(xml, "drydock.log_file");
  EXPECT_THAT(container, StartsWith("drydock-")) << xml;
  EXPECT_EQ(digest, Client::from_environment().images().inspect(kBusybox).id) << "no registry has this image";
  EXPECT_THAT(log, StartsWith(path("logs")));
  EXPECT_THAT(read_file(log), HasSubstr("asserted"));
  const std::string junit = read_file(path("junit.xml"));
  EXPECT_THAT(junit, AllOf(HasSubstr("<failure"), HasSubstr(container), HasSubstr(digest), HasSubstr(log)));
  EXPECT_TRUE(all_gone("drydock.session=" + session_));
}

TEST_F(CtestEvidenceTest, AContainerThatDidNotStartIsNamedToo) {
  add_test("Failing.StartOfContainer");
  run_subprocess({"ctest", "--test-dir", build_.path().string(), "--output-junit", path("junit.xml")});
  const std::string xml = read_file(path("gtest.xml"));
  for (const char* name : {"drydock.container", "drydock.image_digest", "drydock.log_file"}) {
    const std::string value = property(xml, name);
    EXPECT_THAT(value, Not(IsEmpty())) << name;
    EXPECT_THAT(read_file(path("junit.xml")), HasSubstr(value)) << name;
  }
  EXPECT_TRUE(all_gone("drydock.session=" + session_));
}

}  // namespace
}  // namespace drydock

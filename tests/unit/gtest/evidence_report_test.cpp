#include "gtest/evidence_report.h"

#include <string>

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Evidence evidence() {
  return {.id = std::string(64, 'a'),
          .name = "cache",
          .image = "cache:1",
          .image_digest = "cache@sha256:0123",
          .state = {.status = ContainerStatus::Exited, .oom_killed = true, .exit_code = 137},
          .log_tail = "last words\n",
          .log_file = "/logs/cache.log",
          .run_line = "docker run cache:1"};
}

// Returns the value of a property of the test that is running.
std::string property(const std::string& key) {
  const ::testing::TestResult& result = *::testing::UnitTest::GetInstance()->current_test_info()->result();
  for (int i = 0; i < result.test_property_count(); ++i) {
    if (result.GetTestProperty(i).key() == key) {
      return result.GetTestProperty(i).value();
    }
  }
  return "no such property";
}

TEST(EvidenceReportTest, ShowsTheEvidenceAndNamesTheLogToCiSystems) {
  const std::string report = evidence_report({evidence()}, "Cache.Answers");
  EXPECT_THAT(report, HasSubstr("Cache.Answers"));
  EXPECT_THAT(report, HasSubstr(evidence().to_text()));
  EXPECT_THAT(report, HasSubstr("\n[[ATTACHMENT|/logs/cache.log]]\n"));
}

TEST(EvidenceReportTest, AttachmentsAreNamedByAbsolutePaths) {
  Evidence relative = evidence();
  relative.log_file = "logs/cache.log";
  EXPECT_THAT(evidence_report({relative}, "x"), HasSubstr("\n[[ATTACHMENT|/"));
}

TEST(EvidenceReportTest, LogThatWasNotSavedIsNoAttachment) {
  Evidence unsaved = evidence();
  unsaved.log_file.clear();
  EXPECT_THAT(evidence_report({unsaved}, "x"), Not(HasSubstr("ATTACHMENT")));
}

TEST(EvidenceReportTest, RecordsFactsAsProperties) {
  record_properties(evidence(), 1);
  EXPECT_EQ(property("drydock.container"), "cache (aaaaaaaaaaaa)");
  EXPECT_EQ(property("drydock.image"), "cache:1");
  EXPECT_EQ(property("drydock.image_digest"), "cache@sha256:0123");
  EXPECT_EQ(property("drydock.state"), "exited");
  EXPECT_EQ(property("drydock.exit_code"), "137");
  EXPECT_EQ(property("drydock.oom_killed"), "true");
  EXPECT_EQ(property("drydock.log_file"), "/logs/cache.log");
  EXPECT_EQ(property("drydock.log_tail"), "last words\n");
  EXPECT_EQ(property("drydock.run_line"), "docker run cache:1");
}

TEST(EvidenceReportTest, FurtherContainersHaveKeysOfTheirOwn) {
  Evidence second = evidence();
  second.image = "other:1";
  record_properties(evidence(), 1);
  record_properties(second, 2);
  EXPECT_EQ(property("drydock.image"), "cache:1");
  EXPECT_EQ(property("drydock.2.image"), "other:1");
}

TEST(XmlTextTest, KeepsText) {
  EXPECT_EQ(xml_text("a\tb\r\nc", 100), "a\tb\r\nc");
  EXPECT_EQ(xml_text("gr\xC3\xBC\xC3\x9F", 100), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(xml_text("\xF0\x9F\x90\xB3", 100), "\xF0\x9F\x90\xB3");
  EXPECT_EQ(xml_text("", 100), "");
}

TEST(XmlTextTest, ReplacesWhatXmlForbids) {
  EXPECT_EQ(xml_text(std::string{"a\0b\x1B[31m", 8}, 100), "a?b?[31m");
  EXPECT_EQ(xml_text("a\xFF\xFE", 100), "a??");
  EXPECT_EQ(xml_text("cut \xC3", 100), "cut ?");
  EXPECT_EQ(xml_text("\xEF\xBF\xBF", 100), "???") << "U+FFFF is UTF-8, but no character of XML";
  EXPECT_EQ(xml_text("\xED\xA0\x80", 100), "???") << "a surrogate";
}

TEST(XmlTextTest, KeepsTheEndOfLongText) {
  EXPECT_EQ(xml_text("0123456789", 4), "...6789");
  EXPECT_EQ(xml_text("0123\xC3\xBC"
                     "6789",
                     5),
            "...6789")
      << "no half character";
  EXPECT_THAT(xml_text(std::string(100000, 'x'), 1000), SizeIs(1003));
}

}  // namespace
}  // namespace drydock

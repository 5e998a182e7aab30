#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/spec.h"

#include "spec_faults.h"

namespace drydock {
namespace {

using Spec = ContainerSpec;
using std::chrono::milliseconds;

TEST(SpecValidationTest, FindsNothingWrongWithPlainSpecs) {
  expect_no_fault({
      [](Spec&) {},
      [](Spec& s) { s.image = "localhost:5000/team/app:1.0@sha256:" + std::string(64, 'a'); },
      [](Spec& s) { s.name = "a_b.c-1"; },
      [](Spec& s) { s.platform = "linux/arm/v7"; },
      [](Spec& s) { s.user = "nobody"; },
      [](Spec& s) { s.user = "1000:1000"; },
      [](Spec& s) {
        s.command = {"sh", "-c", "line 1\nline 2\t", ""};
      },
      [](Spec& s) {
        s.env = {{"EMPTY", ""}, {"LINES", "a\nb"}, {"UTF8", "\xc3\xa9"}};
      },
      [](Spec& s) {
        s.env = {{"A", std::string(131072 - 3, 'x')}};
      },
      [](Spec& s) { s.command = {std::string(131072 - 1, 'x')}; },
      [](Spec& s) {
        s.labels = {{"com.example.k", "v"}, {"drydockish", ""}};
      },
      [](Spec& s) { s.log_tail = 0; },
      [](Spec& s) { s.create_patch_json = R"({"HostConfig":{}})"; },
      [](Spec& s) { s.hostname = std::string(64, 'h'); },
  });
}

TEST(SpecValidationTest, ChecksImageAndNames) {
  expect_one_fault_each({
      {[](Spec& s) { s.image = ""; }, "image is empty"},
      {[](Spec& s) { s.image = "Upper:1"; }, "'Upper:1'"},
      {[](Spec& s) { s.image = "a b"; }, "'a b'"},
      {[](Spec& s) { s.image = "a\r\nb"; }, "'a\\x0D\\x0Ab'"},
      {[](Spec& s) { s.name = "x"; }, "name 'x'"},
      {[](Spec& s) { s.name = "-ab"; }, "name '-ab'"},
      {[](Spec& s) { s.name = "a/b"; }, "name 'a/b'"},
      {[](Spec& s) { s.name = std::string("ab\0c", 4); }, "name 'ab\\x00c'"},
      {[](Spec& s) { s.platform = "linux/arm/v7/x"; }, "platform 'linux/arm/v7/x'"},
      {[](Spec& s) { s.platform = "linux//"; }, "platform 'linux//'"},
      {[](Spec& s) { s.user = "a b"; }, "user 'a b'"},
      {[](Spec& s) { s.user = "a:"; }, "user 'a:'"},
      {[](Spec& s) { s.user = "1:2:3"; }, "user '1:2:3'"},
      {[](Spec& s) { s.user = "a\n"; }, "user 'a\\x0A'"},
      {[](Spec& s) { s.hostname = "a_b"; }, "hostname 'a_b'"},
      {[](Spec& s) { s.hostname = std::string(65, 'h'); }, "hostname 'hhh"},
      {[](Spec& s) { s.working_dir = "app"; }, "working_dir 'app'"},
      {[](Spec& s) { s.working_dir = "/a\n"; }, "working_dir '/a\\x0A'"},
  });
}

TEST(SpecValidationTest, ChecksArgumentsAndEnvironment) {
  expect_one_fault_each({
      {[](Spec& s) { s.command = {std::string("a\0b", 3)}; }, "command 'a\\x00b'"},
      {[](Spec& s) { s.command = {"a\xff"}; }, "not UTF-8"},
      {[](Spec& s) { s.command = {std::string(131072, 'x')}; }, "131072 bytes"},
      {[](Spec& s) { s.entrypoint = {""}; }, "entrypoint ''"},
      {[](Spec& s) { s.entrypoint = {std::string(131072, 'x')}; }, "entrypoint argument"},
      {[](Spec& s) {
         s.env = {{"", "v"}};
       },
       "env name ''"},
      {[](Spec& s) {
         s.env = {{"A=B", "v"}};
       },
       "env name 'A=B'"},
      {[](Spec& s) {
         s.env = {{"A\n", "v"}};
       },
       "env name 'A\\x0A'"},
      {[](Spec& s) {
         s.env = {{"A", std::string("x\0", 2)}};
       },
       "env 'A'"},
      {[](Spec& s) {
         s.env = {{"A", "\xff"}};
       },
       "env 'A'"},
      {[](Spec& s) {
         s.env = {{"A", std::string(131072 - 2, 'x')}};
       },
       "env 'A' has 131072 bytes"},
      {[](Spec& s) {
         for (int i = 0; i < 21; ++i) {
           s.env["V" + std::to_string(i)] = std::string(100000, 'x');
         }
       },
       "bytes together"},
  });
}

TEST(SpecValidationTest, ShowsNoValueOfTheEnvironment) {
  const auto faults = validate(edited([](Spec& s) { s.env = {{"PASSWORD", std::string("hunter2\0", 8)}}; }));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults.front(), testing::Not(testing::HasSubstr("hunter2")));
}

TEST(SpecValidationTest, ChecksLabelsTimesAndPatch) {
  expect_one_fault_each({
      {[](Spec& s) {
         s.labels = {{"", "v"}};
       },
       "label ''"},
      {[](Spec& s) {
         s.labels = {{"drydock.session", "v"}};
       },
       "label 'drydock.session'"},
      {[](Spec& s) {
         s.labels = {{"a\nb", "v"}};
       },
       "label key 'a\\x0Ab'"},
      {[](Spec& s) {
         s.labels = {{"a", std::string("v\0", 2)}};
       },
       "label value 'v\\x00'"},
      {[](Spec& s) { s.log_tail = -1; }, "log_tail '-1'"},
      {[](Spec& s) { s.ready_timeout = milliseconds{0}; }, "ready_timeout '0'"},
      {[](Spec& s) { s.ready_timeout = milliseconds{-5}; }, "ready_timeout '-5'"},
      {[](Spec& s) { s.start_timeout = milliseconds{0}; }, "start_timeout '0'"},
      {[](Spec& s) { s.create_patch_json = "[]"; }, "create_patch_json '[]'"},
      {[](Spec& s) { s.create_patch_json = "{\"a\":}"; }, "create_patch_json '{\"a\":}'"},
      {[](Spec& s) { s.create_patch_json = "{} trailing"; }, "create_patch_json '{} trailing'"},
  });
}

TEST(SpecValidationTest, NamesFaultsOfAllConcernsTogether) {
  const auto faults = validate(edited([](Spec& s) {
    s.name = "-";
    s.mounts = {Mount::tmpfs("rel")};
    s.files = {{.path = "rel"}};
    s.ports = {0};
    s.resources.pids = -1;
    s.healthcheck.retries = -1;
    s.ready = {wait::PortOpen{80}};
  }));
  EXPECT_EQ(faults.size(), 7U) << testing::PrintToString(faults);
}

}  // namespace
}  // namespace drydock

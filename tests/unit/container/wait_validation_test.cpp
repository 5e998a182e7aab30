#include <gtest/gtest.h>

#include "drydock/container/spec.h"

#include "spec_faults.h"

namespace drydock {
namespace {

using Spec = ContainerSpec;
using std::chrono::milliseconds;

std::function<void(Spec&)> ready(wait::Condition condition) {
  return [condition](Spec& s) {
    s.ports = {80, {53, Protocol::Udp}};
    s.ready = {condition};
  };
}

TEST(WaitValidationTest, FindsNothingWrongWithPlainConditions) {
  expect_no_fault({
      ready(wait::Started{}),
      ready(wait::LogLine{.contains = "a", .matches = "^(a|b)+$", .times = 2}),
      ready(wait::PortOpen{}),
      ready(wait::PortOpen{80}),
      ready(wait::HttpOk{}),
      ready(wait::HttpOk{.port = 80, .path = "/a?b=%20", .method = "M-SEARCH", .statuses = {204, 404}}),
      ready(wait::HttpOk{.headers = {{"X-Api-Key", "a b"}}}),
      ready(wait::Healthy{}),
      ready(wait::ExecSucceeds{.argv = {"true"}}),
      ready(wait::Exited{255}),
      ready(wait::Custom{.ready = [](const TestContainer&) { return true; }}),
      ready(wait::any_of({wait::Healthy{}, wait::Exited{}})),
      [](Spec& s) {
        s.ready = {wait::LogLine{.contains = "done"}, wait::Exited{}};
      },
  });
}

TEST(WaitValidationTest, ChecksEachCondition) {
  expect_one_fault_each({
      {ready(wait::LogLine{}), "neither contains nor matches"},
      {ready(wait::LogLine{.matches = "a(b"}), "pattern 'a(b'"},
      {ready(wait::LogLine{.contains = "a", .times = 0}), "times '0'"},
      {ready(wait::LogLine{.contains = "a\nb"}), "spans lines"},
      {ready(wait::PortOpen{81}), "'81/tcp', which is not published"},
      {ready(wait::PortOpen{53}), "'53/tcp', which is not published"},
      {ready(wait::HttpOk{.port = 81}), "'81/tcp', which is not published"},
      {ready(wait::HttpOk{.path = "health"}), "path 'health'"},
      {ready(wait::HttpOk{.path = ""}), "path ''"},
      {ready(wait::HttpOk{.path = "/a b"}), "path '/a b'"},
      {ready(wait::HttpOk{.path = "/a\r\nX: y"}), "path '/a\\x0D\\x0AX: y'"},
      {ready(wait::HttpOk{.method = "GET /"}), "method 'GET /'"},
      {ready(wait::HttpOk{.statuses = {}}), "accepts no status"},
      {ready(wait::HttpOk{.statuses = {200, 99}}), "status '99'"},
      {ready(wait::HttpOk{.statuses = {600}}), "status '600'"},
      {ready(wait::HttpOk{.headers = {{"X Y", "v"}}}), "header 'X Y'"},
      {ready(wait::HttpOk{.headers = {{"X", "v\r\n"}}}), "header 'X'"},
      {ready(wait::ExecSucceeds{}), "has no command"},
      {ready(wait::ExecSucceeds{.argv = {""}}), "has no command"},
      {ready(wait::ExecSucceeds{.argv = {"a"}, .interval = milliseconds{-1}}), "interval '-1'"},
      {ready(wait::Exited{256}), "exit code '256'"},
      {ready(wait::Exited{-1}), "exit code '-1'"},
      {ready(wait::Custom{.name = "mine"}), "'mine' has no function"},
      {ready(wait::AnyOf{}), "has no conditions"},
      {ready(wait::any_of({wait::Healthy{}, wait::any_of({})})), "has no conditions"},
      {ready(wait::any_of({wait::PortOpen{81}})), "'81/tcp'"},
  });
}

TEST(WaitValidationTest, ChecksConditionsAgainstTheRestOfTheSpec) {
  expect_one_fault_each({
      {[](Spec& s) { s.ready = {wait::PortOpen{}}; }, "there is none"},
      {[](Spec& s) { s.ready = {wait::HttpOk{}}; }, "not exactly one TCP port"},
      {[](Spec& s) {
         s.ports = {80, 81};
         s.ready = {wait::HttpOk{}};
       },
       "not exactly one TCP port"},
      {[](Spec& s) {
         s.healthcheck.disable = true;
         s.ready = {wait::Healthy{}};
       },
       "the spec disables"},
      {[](Spec& s) {
         s.restart = RestartPolicy::Always;
         s.ready = {wait::any_of({wait::Exited{}})};
       },
       "the restart policy undoes"},
      {[](Spec& s) {
         s.ready = {wait::Exited{}, wait::LogLine{.contains = "a"}};
       },
       "put it last"},
  });
}

TEST(WaitValidationTest, SaysWhichConditionItMeans) {
  const auto faults = validate({.image = "i", .ready = {wait::Started{}, wait::ExecSucceeds{}}});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults.front(), testing::HasSubstr("ready[1]"));
}

}  // namespace
}  // namespace drydock

#include "container/exec_validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::vector<std::string> kTrue{"true"};

std::string fault_of(const std::vector<std::string>& argv, const ExecOptions& options = {}) {
  try {
    require_valid_exec("c", argv, options);
  } catch (const InvalidArgumentError& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error.resource(), "c");
    return error.what();
  }
  return {};
}

TEST(ExecValidateTest, TakesWhatCanBeRun) {
  EXPECT_EQ(fault_of(kTrue), "");
  EXPECT_EQ(fault_of({"echo", "", "\xc3\xa9\n"}, {.env = {{"A", ""}, {"B", "x=y"}}, .working_dir = "/tmp"}),
            "");
  EXPECT_EQ(fault_of({"echo", std::string((128 << 10) - 1, 'x')}), "");
}

TEST(ExecValidateTest, RefusesWhatTheKernelCannotTake) {
  EXPECT_NE(fault_of({}), "");
  EXPECT_NE(fault_of({""}), "");
  EXPECT_NE(fault_of({"echo", std::string{"a\0b", 3}}), "");
  EXPECT_NE(fault_of({"echo", std::string(128 << 10, 'x')}), "");
  EXPECT_NE(fault_of(kTrue, {.env = {{"A", std::string((128 << 10) - 2, 'x')}}}), "");
  EXPECT_NE(fault_of(kTrue, {.env = {{"A", std::string{"\0", 1}}}}), "");
  EXPECT_NE(fault_of(kTrue, {.env = {{"", "x"}}}), "");
  EXPECT_NE(fault_of(kTrue, {.env = {{"A=B", "x"}}}), "");
}

TEST(ExecValidateTest, RefusesBytesThatJsonWouldChange) {
  EXPECT_NE(fault_of({"echo", "\xff"}), "");
  EXPECT_NE(fault_of(kTrue, {.env = {{"A", "\xff"}}}), "");
}

TEST(ExecValidateTest, RefusesOptionsThatContradict) {
  EXPECT_NE(fault_of(kTrue, {.timeout = std::chrono::milliseconds{0}}), "");
  EXPECT_NE(fault_of(kTrue, {.timeout = std::chrono::milliseconds{-5}}), "");
  EXPECT_THAT(fault_of(kTrue, {.timeout = std::chrono::milliseconds::max()}), HasSubstr("past a year"));
  EXPECT_NE(fault_of(kTrue, {.working_dir = "tmp"}), "");
  EXPECT_NE(fault_of(kTrue, {.user = std::string{"a\0", 2}}), "");
  EXPECT_NE(fault_of(kTrue, {.input = "x", .input_source = [](std::span<char>) -> std::size_t { return 0; }}),
            "");
  EXPECT_NE(fault_of(kTrue, {.env = {{kExecMarker, "x"}}}), "");
}

TEST(ExecValidateTest, NamesEveryFaultAtOnce) {
  EXPECT_THAT(fault_of({}, {.timeout = std::chrono::milliseconds{0}, .working_dir = "tmp"}),
              AllOf(HasSubstr("command"), HasSubstr("timeout"), HasSubstr("working directory")));
}

TEST(ExecValidateTest, RefusesSinksAndInputOfADetachedCommand) {
  EXPECT_NO_THROW(require_valid_detached("c", kTrue, {}));
  EXPECT_THROW(require_valid_detached("c", kTrue, {.input = "x"}), InvalidArgumentError);
  EXPECT_THROW(require_valid_detached("c", kTrue, {.on_stdout = [](std::string_view) { return true; }}),
               InvalidArgumentError);
  EXPECT_THROW(require_valid_detached("", kTrue, {}), InvalidArgumentError);
}

}  // namespace
}  // namespace drydock

// Many commands in one container: through a shell that stays, a command costs a few milliseconds.
//
// What to look at: the results are those of exec(), and so are the errors; each command is a process of its
// own, and none disturbs the next one. Only the cost differs, and that every command is a child of `sh`.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;

class SpoolTest : public ContainerTest {
 protected:
  TestContainer& box_{start({.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}})};
};

TEST_F(SpoolTest, TakesManyFiles) {
  Shell shell = box_.shell();
  for (int i = 0; i < 100; ++i) {
    const std::string path = "/tmp/" + std::to_string(i);
    ASSERT_THAT(shell.run({"tee", path}, {.input = "job\n"}), Succeeded(StdoutIs("job\n")));
  }
  EXPECT_THAT(shell.sh("ls /tmp | wc -l; exit 3"), ExitedWith(3, StdoutIs("100\n")));
}

TEST_F(SpoolTest, DisturbsNoLaterCommand) {
  Shell& shell = this->shell(box_);  // the fixture's: one for each container, until the test's end
  EXPECT_THAT(shell.sh("cd /; set -e; exec 2>&-; false"), ExitedWith(1));
  EXPECT_THAT(shell.sh("echo well >&2"), Succeeded(StderrIs("well\n")));
}

TEST_F(SpoolTest, AsksForTheSameByAnOption) {
  const ExecOptions fast{.mode = ExecMode::Fast};
  EXPECT_THAT(box_.exec({"echo", "hello"}, fast), Succeeded(StdoutIs("hello\n")));
  // Where the shell cannot run it, as with another user, a plain exec does.
  EXPECT_THAT(box_.exec({"id", "-u"}, {.user = "1234", .mode = ExecMode::Fast}),
              Succeeded(StdoutIs("1234\n")));
}

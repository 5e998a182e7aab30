#include "container/process_handle.h"

#include <csignal>
#include <system_error>

#include <gtest/gtest.h>

#include "support/child_process.h"

namespace drydock {
namespace {

TEST(ProcessHandleTest, SeesTheEndOfAProcess) {
  ChildProcess child{{"sleep", "600"}};
  const ProcessHandle handle{Owner::of(child.pid()).value()};
  EXPECT_FALSE(handle.has_ended());
  EXPECT_FALSE(handle.wait(std::chrono::milliseconds{0}));
  handle.signal(SIGKILL);
  EXPECT_TRUE(handle.wait(std::chrono::seconds{30})) << "before its parent has waited for it";
  EXPECT_EQ(child.wait_process().signal, SIGKILL);
  EXPECT_TRUE(handle.has_ended());
  handle.signal(SIGKILL);  // to nobody
}

TEST(ProcessHandleTest, RefusesAProcessThatOnlyHasThePid) {
  Owner other = Owner::of_this_process();
  other.start_time -= 1;
  EXPECT_THROW(ProcessHandle{other}, std::system_error);
}

}  // namespace
}  // namespace drydock

#include "container/owner.h"

#include <array>
#include <csignal>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/read_file.h"
#include "container/process_handle.h"

namespace drydock {
namespace {

TEST(OwnerTest, ThisProcessIsAliveAndKnowsItsPid) {
  const Owner self = Owner::of_this_process();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_GT(self.start_time, 0U);
  EXPECT_GT(self.pid_namespace, 0U);
  EXPECT_FALSE(self.boot_id.empty());
  EXPECT_EQ(Owner::of(::getpid()), self);
  EXPECT_EQ(liveness(self), Liveness::Alive);
}

TEST(OwnerTest, TextIsReadBackAsItWas) {
  const Owner owner{"ci:host", "8f2e", 4026531836, 77, 123456789};
  EXPECT_EQ(owner.to_text(), "ci:host:8f2e:4026531836:77:123456789");
  EXPECT_EQ(Owner::parse(owner.to_text()), owner);
}

TEST(OwnerTest, RefusesOtherText) {
  for (const char* text :
       {"", "host", "h:b:1:2", "h:b:x:2:3", "h:b:1:0:3", "h:b:1:-2:3", "h:b:1:2:", "h:b:1:2:3x"}) {
    EXPECT_EQ(Owner::parse(text), std::nullopt) << text;
  }
}

TEST(OwnerTest, APidThatIsUsedAgainIsAnotherOwner) {
  Owner former = Owner::of_this_process();
  --former.start_time;
  EXPECT_EQ(liveness(former), Liveness::Dead);
}

TEST(OwnerTest, WhatCannotBeSeenFromHereIsUnknown) {
  Owner elsewhere = Owner::of_this_process();
  elsewhere.pid_namespace += 1;
  EXPECT_EQ(liveness(elsewhere), Liveness::Unknown);
  elsewhere = Owner::of_this_process();
  elsewhere.host += "-other";
  EXPECT_EQ(liveness(elsewhere), Liveness::Unknown);
}

TEST(OwnerTest, WhatRanBeforeTheLastBootIsDead) {
  Owner former = Owner::of_this_process();
  former.boot_id = "2f6b4a35-0000-4000-8000-000000000000";
  EXPECT_EQ(liveness(former), Liveness::Dead);
  former.host += "-other";
  EXPECT_EQ(liveness(former), Liveness::Unknown);
}

TEST(OwnerTest, WhatRanOnAMachineWithoutAnIdBeforeSomeBootIsUnknown) {
  Owner former = Owner::of_this_process();
  former.host = former.host.substr(0, former.host.find('/')) + "/unknown";
  former.boot_id = "2f6b4a35-0000-4000-8000-000000000000";
  EXPECT_EQ(liveness(former), Liveness::Unknown);
}

TEST(OwnerTest, AnOwnerThatIsNotCompleteIsUnknown) {
  const Owner self = Owner::of_this_process();
  ASSERT_TRUE(self.is_complete());
  Owner without_start = self;
  without_start.start_time = 0;
  EXPECT_EQ(liveness(without_start), Liveness::Unknown);
  Owner without_boot = self;
  without_boot.boot_id.clear();
  EXPECT_EQ(liveness(without_boot), Liveness::Unknown);
  Owner without_namespace = self;
  without_namespace.pid_namespace = 0;
  EXPECT_EQ(liveness(without_namespace), Liveness::Unknown);
}

// Such a process shows as a zombie, with living threads.
TEST(OwnerTest, AProcessWhoseFirstThreadHasEndedLives) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::thread{[&] {
      while (read_file("/proc/self/stat").find(") Z ") == std::string::npos) {
        std::this_thread::yield();
      }
      const bool is_told = ::write(ends[1], "x", 1) == 1;
      ::pause();
      ::_exit(is_told ? 0 : 1);
    }}.detach();
    ::syscall(SYS_exit, 0);  // of this thread alone, without the unwinding that pthread_exit does
  }
  ::close(ends[1]);
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  const std::optional<Owner> owner = Owner::of(child);
  ASSERT_TRUE(owner);
  EXPECT_EQ(liveness(*owner), Liveness::Alive);
  EXPECT_FALSE(ProcessHandle{*owner}.has_ended());
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(liveness(*owner), Liveness::Dead);
  ::close(ends[0]);
}

TEST(OwnerTest, AChildThatNobodyWaitedForIsDead) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const std::optional<Owner> owner = Owner::of(child);
  ASSERT_TRUE(owner);
  EXPECT_EQ(liveness(*owner), Liveness::Alive);
  ::kill(child, SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(liveness(*owner), Liveness::Dead) << "a zombie";
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(liveness(*owner), Liveness::Dead) << "gone";
}

}  // namespace
}  // namespace drydock

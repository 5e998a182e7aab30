// One container for a whole run: made once, by whoever asks first, and what becomes of it in trouble. The
// runs here are idle processes; shared_deaths_test.cpp has real ctests, and shared_use_test.cpp what its
// users may ask for.
#include "drydock/container/shared_container.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"

#include "base/random.h"
#include "container/create_body.h"
#include "container/process_handle.h"
#include "container/run.h"
#include "container/shared_key.h"
#include "support/child_process.h"
#include "support/child_run.h"
#include "support/engine_events.h"
#include "support/environment_variable.h"
#include "support/shared_container_test.h"
#include "support/test_run.h"
#include "support/thrown.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using std::chrono::milliseconds;
using std::chrono::seconds;
using SystemClock = std::chrono::system_clock;

TEST_F(SharedContainerTest, ThirtyTwoProcessesAtOnceShareOneThatIsMadeOnce) {
  constexpr std::size_t kProcesses = 32;
  const SystemClock::time_point before = SystemClock::now();
  std::vector<ChildProcess> sharers;
  for (std::size_t i = 0; i < kProcesses; ++i) {
    sharers.push_back(start("Sharer.Attaches"));
  }
  std::set<std::string> told;
  for (ChildProcess& sharer : sharers) {
    told.insert(sharer.hear("container ", seconds{120}));
  }
  for (ChildProcess& sharer : sharers) {
    EXPECT_EQ(sharer.wait(seconds{120}).exit_code, 0) << sharer.output();
  }
  ASSERT_THAT(told, SizeIs(1));
  const ContainerId id = told.begin()->substr(0, told.begin()->find(' '));
  EXPECT_THAT(container_events("create", run_.filter(), before), ElementsAre(id));
  EXPECT_THAT(container_events("start", run_.filter(), before), ElementsAre(id));
  EXPECT_THAT(left_behind(run_.filter()), ElementsAre("container " + id)) << "the run goes on";
  EXPECT_THAT(watchdogs_of(run_.owner()), SizeIs(1));
  run_.end();
  const auto ended = std::chrono::steady_clock::now();
  EXPECT_TRUE(all_gone(run_.filter()));
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - ended).count();
  std::printf("processes=%zu creates=1 removed_after_ms=%lld\n", kProcesses, static_cast<long long>(took));
  RecordProperty("removed_after_ms", std::to_string(took));
}

TEST_F(SharedContainerTest, TheEndOfAGuardLeavesItToTheNext) {
  const std::string first = id_of();
  EXPECT_TRUE(client_.containers().inspect(first).state.running);
  EXPECT_EQ(id_of(), first);
}

TEST_F(SharedContainerTest, IsLabelledWithTheRunAndNoTest) {
  const TestContainer shared = shared_container(shared_spec());
  const ContainerDetails details = shared.inspect();
  EXPECT_EQ(details.labels.at("drydock.owner"), run_.owner());
  EXPECT_EQ(details.labels.at("drydock.session"), current_run().id);
  EXPECT_FALSE(details.labels.contains("drydock.test"));
  EXPECT_THAT(shared.name(), StartsWith("drydock-"));
}

TEST_F(SharedContainerTest, TwoRunsDoNotShare) {
  const std::string here = id_of();
  TestRun other;
  std::string there;
  {
    const TestRun::Joined joined{other};
    there = id_of();
  }
  EXPECT_NE(there, here);
  other.end();
  EXPECT_TRUE(all_gone(other.filter()));
  EXPECT_TRUE(watchdogs_gone(other.owner()));
  EXPECT_EQ(id_of(), here) << "the other's end did not disturb this one";
}

TEST_F(SharedContainerTest, RunsOfOneSessionIdDoNotShareEither) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", "shared-" + random_hex(4)};
  TestRun other;
  const std::string here = id_of();
  const EnvironmentVariable pid{"DRYDOCK_SESSION_PID", other.environment().at("DRYDOCK_SESSION_PID")};
  EXPECT_NE(id_of(), here);
  other.end();
  EXPECT_TRUE(all_gone(other.filter()));
  EXPECT_TRUE(watchdogs_gone(other.owner()));
}

TEST_F(SharedContainerTest, SpecsThatDifferInWhatRunsDoNotShareAndOthersDo) {
  const std::string first = id_of();
  ContainerSpec same = shared_spec();
  same.ready = {wait::Started{}};
  same.ready_timeout = seconds{5};
  EXPECT_EQ(id_of({}, same), first);
  ContainerSpec with_file = shared_spec();
  with_file.files = {{.path = "/etc/x.conf", .content = "x"}};
  EXPECT_NE(id_of({}, with_file), first);
}

TEST_F(SharedContainerTest, ANameStandsForOneSpec) {
  ContainerSpec named = shared_spec();
  named.name = "cache";
  const TestContainer shared = shared_container(named);
  EXPECT_THAT(shared.name(), AllOf(StartsWith("drydock-"), ::testing::EndsWith("-cache")));
  EXPECT_EQ(id_of({}, named), shared.id());
  named.env["OTHER"] = "1";
  const auto refusal = thrown_by<InvalidArgumentError>([&] { (void)shared_container(named); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->what(), AllOf(HasSubstr(shared.name()), HasSubstr("another spec")));
}

TEST_F(SharedContainerTest, AnImageThatChangedIsAnotherContainerAndUnderANameAnError) {
  const std::string image = "drydock-test/shared-" + random_hex(4) + ":1";
  client_.images().tag(kBusybox, image);
  ContainerSpec spec = idle_spec();
  spec.image = image;
  ContainerSpec named = spec;
  named.name = "app";
  const std::string first = id_of({}, spec);
  (void)id_of({}, named);
  client_.images().tag("drydock-test/probe:1", image);
  spec.command = named.command = {"sleep", "600"};
  ASSERT_NE(client_.images().inspect(image).id, client_.containers().inspect(first).image_id);
  const auto refusal = thrown_by<InvalidArgumentError>([&] { (void)shared_container(named); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->what(), AllOf(HasSubstr(image), HasSubstr("is another now")));
  EXPECT_NE(shared_key(spec, client_.images().inspect(image).id),
            client_.containers().inspect(first).labels.at("drydock.shared"));
  EXPECT_TRUE(client_.images().remove(image));
}

TEST_F(SharedContainerTest, OneThatHasEndedSinceIsMadeAnewAndTheLogSaysHowItEnded) {
  const std::string first = id_of();
  client_.containers().kill(first);
  client_.containers().wait(first);
  const std::string second = id_of();
  EXPECT_NE(second, first);
  EXPECT_FALSE(stands(first));
  EXPECT_THAT(said_, Contains(AllOf(HasSubstr("exit code 137"), HasSubstr("shared: ready"))));
}

TEST_F(SharedContainerTest, OneWhoseCreatorDiedBeforeTheStartIsMadeAnew) {
  ChildProcess creator{{"sleep", "600"}};
  const Owner died = Owner::of(creator.pid()).value();
  const std::string left = made_by_hand(shared_spec(), died);
  creator.kill(SIGKILL);
  creator.wait_process();
  const std::string fresh = id_of();
  EXPECT_NE(fresh, left);
  EXPECT_FALSE(stands(left));
}

TEST_F(SharedContainerTest, OneWhoseCreatorIsKilledDuringTheUploadIsMadeAnewAndWhole) {
  constexpr std::size_t kBytes = std::size_t{32} << 20U;
  constexpr int kAttempts = 5;  // a busy machine may be too late to kill it there
  for (int attempt = 1;; ++attempt) {
    const std::string mark = "upload " + std::to_string(attempt);
    std::map<std::string, std::string> all = environment();
    all["SHARER_MARK"] = mark;
    all["SHARER_FILE_BYTES"] = std::to_string(kBytes);
    ChildProcess creator{{kSharer, "--gtest_filter=Sharer.Attaches"}, all};
    std::vector<ContainerSummary> made;
    const Deadline deadline = Deadline::in(seconds{60});
    while (made.empty() && !deadline.expired()) {
      made = client_.containers().list({.labels = {run_.filter()}});
    }
    creator.kill(SIGKILL);
    creator.wait_process();
    ASSERT_THAT(made, SizeIs(1)) << creator.output();
    const ContainerId left = made.front().id;
    if (client_.containers().inspect(left).state.status != ContainerStatus::Created && attempt < kAttempts) {
      client_.containers().remove(left);
      continue;
    }
    ASSERT_EQ(client_.containers().inspect(left).state.status, ContainerStatus::Created);
    const TestContainer fresh = shared_container(shared_spec(mark, kBytes));
    EXPECT_NE(fresh.id(), left);
    EXPECT_FALSE(stands(left));
    EXPECT_EQ(fresh.sh("wc -c </tmp/file").out, std::to_string(kBytes) + "\n");
    return;
  }
}

TEST_F(SharedContainerTest, OfManyWhoFindADeadCreatorsContainerOneMakesAnother) {
  ContainerSpec spec = shared_spec("programs");
  ChildProcess creator{{"sleep", "600"}};
  (void)made_by_hand(spec, Owner::of(creator.pid()).value());
  std::vector<ChildProcess> sharers;
  for (int i = 0; i < 6; ++i) {
    sharers.push_back(start("Sharer.Attaches"));
  }
  creator.kill(SIGKILL);
  creator.wait_process();
  std::set<std::string> told;
  for (ChildProcess& sharer : sharers) {
    told.insert(sharer.hear("container "));
  }
  EXPECT_THAT(told, SizeIs(1));
  EXPECT_THAT(left_behind(run_.filter()), SizeIs(1));
}

TEST_F(SharedContainerTest, OneThatALivingCreatorHasNotStartedIsWaitedFor) {
  const std::string made = made_by_hand(shared_spec(), Owner::of_this_process());
  std::thread creator{[&] { client_.containers().start(made); }};
  EXPECT_EQ(id_of(), made);
  creator.join();
}

TEST_F(SharedContainerTest, OneThatIsNeverStartedIsGivenUpAtTheDeadline) {
  ContainerSpec spec = shared_spec();
  const std::string made = made_by_hand(spec, Owner::of_this_process());
  spec.start_timeout = milliseconds{200};
  EXPECT_EQ(code_thrown_by([&] { (void)shared_container(spec); }), ErrorCode::Timeout);
  EXPECT_TRUE(stands(made));
}

TEST_F(SharedContainerTest, OneThatIsPausedIsAnError) {
  const std::string id = id_of();
  client_.containers().pause(id);
  const auto refusal = thrown_by<InvalidArgumentError>([] { (void)shared_container(shared_spec()); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->what(), HasSubstr("docker unpause"));
  EXPECT_EQ(client_.containers().inspect(id).state.status, ContainerStatus::Paused);
}

TEST_F(SharedContainerTest, ANamesakeThatIsNobodysIsNotTouched) {
  const ContainerSpec spec = shared_spec();
  const std::string name =
      shared_name(current_run(), spec, shared_key(spec, client_.images().inspect(spec.image).id));
  const std::string foreign = client_.containers().create({.name = name, .body = create_body(spec)}).id;
  EXPECT_EQ(code_thrown_by([&] { (void)shared_container(spec); }), ErrorCode::InvalidArgument);
  EXPECT_TRUE(client_.containers().remove(foreign)) << "it stands";
}

TEST_F(SharedContainerTest, OneThatIsUnhealthyIsAnErrorWithItsEvidence) {
  ContainerSpec spec = shared_spec();
  spec.healthcheck = {.shell = "echo sick; test ! -e /tmp/sick", .interval = milliseconds{100}, .retries = 1};
  const TestContainer shared = shared_container(spec);
  shared.sh("touch /tmp/sick");
  const Deadline deadline = Deadline::in(seconds{60});
  while (shared.inspect().state.health != Health::Unhealthy && !deadline.expired()) {
    std::this_thread::sleep_for(milliseconds{20});
  }
  const auto failure = thrown_by<ContainerStartError>([&] { (void)shared_container(spec); });
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code(), ErrorCode::NotReady);
  EXPECT_THAT(failure->what(), AllOf(HasSubstr("sick"), HasSubstr("shared: ready")));
  EXPECT_TRUE(stands(shared.id())) << "others use it";
}

TEST_F(SharedContainerTest, OneThatDoesNotBecomeReadyGivesItsEvidenceAndLeavesNothing) {
  ContainerSpec spec = shared_spec();
  spec.ready = {wait::LogLine{.contains = "never said"}};
  spec.ready_timeout = milliseconds{1500};
  const auto failure = thrown_by<ContainerStartError>([&] { (void)shared_container(spec); });
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code(), ErrorCode::NotReady);
  EXPECT_THAT(failure->evidence().log_tail, HasSubstr("shared: ready"));
  EXPECT_THAT(left_behind(run_.filter()), IsEmpty());
}

TEST_F(SharedContainerTest, ManyWhoWaitForWhatIsNeverReadyAllFailAndLeaveNothing) {
  std::vector<ChildProcess> sharers;
  for (int i = 0; i < 4; ++i) {
    sharers.push_back(start("Sharer.CannotHaveWhatIsNeverReady"));
  }
  for (ChildProcess& sharer : sharers) {
    EXPECT_EQ(sharer.wait().exit_code, 1) << sharer.output();
    EXPECT_THAT(sharer.output(), AnyOf(HasSubstr("is not ready after"), HasSubstr("given up twice")));
  }
  EXPECT_THAT(left_behind(run_.filter()), IsEmpty());
}

TEST_F(SharedContainerTest, ACommandThatCannotBeStartedLeavesNothing) {
  ContainerSpec spec = shared_spec();
  spec.command = {"no-such-program"};
  EXPECT_EQ(code_thrown_by([&] { (void)shared_container(spec); }), ErrorCode::CommandNotStarted);
  EXPECT_THAT(left_behind(run_.filter()), IsEmpty());
}

TEST_F(SharedContainerTest, AFailingTestShowsItsEvidenceAndTheReportNamesIt) {
  std::map<std::string, std::string> all = environment();
  all.emplace("SHARER_END", "fail");
  const ChildRun child = run_test_program("sharer", {"--gtest_filter=Sharer.Attaches"}, all);
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.output, AllOf(HasSubstr("the container at the failure of Sharer.Attaches"),
                                  HasSubstr("shared: ready"), HasSubstr("docker run")));
  EXPECT_THAT(child.xml, AllOf(HasSubstr("drydock.container"), HasSubstr("drydock.log_file")));
  EXPECT_THAT(left_behind(run_.filter()), SizeIs(1)) << "the next test has it";
}

TEST_F(SharedContainerTest, AKilledWatchdogIsReplacedAtTheNextAttach) {
  (void)id_of();
  const std::vector<pid_t> first = watchdogs_of(run_.owner());
  ASSERT_THAT(first, SizeIs(1));
  const std::optional<Owner> killed = Owner::of(first[0]);
  ASSERT_TRUE(killed);
  const ProcessHandle handle{*killed};
  handle.signal(SIGKILL);
  // Not when /proc names it no more: it lets go of its lock later.
  ASSERT_TRUE(handle.wait(std::chrono::seconds{90}));
  (void)id_of();
  const std::vector<pid_t> second = watchdogs_of(run_.owner());
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_NE(second, first);
}

TEST_F(SharedContainerTest, SuitesOfSeveralProgramsShareItAndOneMayHaveItAlone) {
  std::set<std::string> told;
  for (const char* suite : {"FirstSuite.*", "SecondSuite.*", "FirstSuite.*:SecondSuite.*"}) {
    ChildProcess program = start(suite);
    EXPECT_EQ(program.wait().exit_code, 0) << program.output();
    told.insert(program.hear("container "));
  }
  EXPECT_THAT(told, SizeIs(1));
}

TEST_F(SharedContainerTest, AProgramThatIsItsOwnRunRemovesItAtItsEnd) {
  for (const char* end : {"pass", "fail", "wait"}) {
    std::map<std::string, std::string> all = environment();
    all["SHARER_END"] = end;
    ChildProcess program{
        {"sh", "-c", "DRYDOCK_SESSION_PID=$$ exec " + kSharer + " --gtest_filter=Sharer.AttachesTwice"}, all};
    const std::string owner = Owner::of(program.pid()).value().to_text();
    EXPECT_EQ(program.hear("again "), program.hear("container "));
    if (end == std::string{"wait"}) {
      program.kill(SIGKILL);
    }
    program.wait_process();
    EXPECT_TRUE(all_gone("drydock.owner=" + owner)) << end;
    EXPECT_TRUE(watchdogs_gone(owner));
  }
}

}  // namespace
}  // namespace drydock

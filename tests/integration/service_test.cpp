// Services: what drydock up brings up, attach() borrows, and drydock down takes down.
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/attach.h"

#include "base/random.h"
#include "container/labels.h"
#include "container/owner.h"
#include "container/process_handle.h"
#include "container/service_state.h"
#include "support/child_process.h"
#include "support/engine_test.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"
#include "support/tool.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ServiceTest : public EngineTest {
 protected:
  void TearDown() override {
    for (const auto& entry : std::filesystem::directory_iterator{scratch_.path()}) {
      run_tool({"down", "--state", entry.path().string()});
    }
    EXPECT_TRUE(all_gone("drydock.session=" + session_));
    EngineTest::TearDown();
  }

  // The words of drydock up for a service that idles.
  [[nodiscard]] std::vector<std::string> up(std::vector<std::string> more = {}) const {
    std::vector<std::string> argv{"up",    "box",         "--image", kBusybox,
                                  "--env", "COLOR=green", "--state", state_};
    argv.insert(argv.end(), more.begin(), more.end());
    argv.insert(argv.end(), {"--", "sleep", "600"});
    return argv;
  }

  [[nodiscard]] ServiceState bring_up(const std::vector<std::string>& more = {}) const {
    const SubprocessResult result = run_tool(up(more));
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return read_state_file(state_).value_or(ServiceState{});
  }

  // Starts a drydock up that is part of no run and never gets ready; returns its container after its death.
  [[nodiscard]] ContainerId killed_before_it_was_ready() const {
    const std::string pid_file = scratch_.path().string() + ".pid";
    // The program's parents end before it looks for a ctest among them.
    const std::string script =
        "unset DRYDOCK_SESSION_PID; ( while kill -0 $$ 2>/dev/null; do sleep 0.01; done; echo $BASHPID >" +
        pid_file + "; exec " + tool_path() + " up box --image " + kBusybox + " --state " + state_ +
        " --wait log:never -- sleep 600 ) >/dev/null 2>&1 &";
    EXPECT_EQ(run_subprocess({"bash", "-c", script}).exit_code, 0);
    const std::string filter = "drydock.session=" + session_;
    const Deadline deadline = Deadline::in(std::chrono::seconds{60});
    std::vector<ContainerSummary> running;
    while (running.empty() && !deadline.expired()) {
      running = client().containers().list({.all = false, .labels = {filter}});
      ::usleep(1000);
    }
    pid_t pid = 0;
    std::ifstream{pid_file} >> pid;
    std::filesystem::remove(pid_file);
    const std::optional<Owner> killed = pid > 0 ? Owner::of(pid) : std::nullopt;
    if (running.size() != 1 || !killed) {
      ADD_FAILURE() << running.size() << " containers run, of process " << pid;
      return {};
    }
    const ProcessHandle handle{*killed};
    handle.signal(SIGKILL);
    EXPECT_TRUE(handle.wait(std::chrono::seconds{60}));
    return running.front().id;
  }

  [[nodiscard]] ErrorCode attach_error(const std::string& service = "box") const {
    return code_thrown_by([&] { (void)attach(service); }).value_or(ErrorCode::Unsupported);
  }

  const ScratchDirectory scratch_{};
  const std::string state_ = scratch_.path() / "box.json";
  const std::string session_ = "service-" + random_hex(8);
  const EnvironmentVariable joined_{"DRYDOCK_SESSION", session_};
  const EnvironmentVariable run_{"DRYDOCK_SESSION_PID", std::to_string(::getpid())};
  const EnvironmentVariable named_{"DRYDOCK_SERVICE_BOX", state_};
};

TEST_F(ServiceTest, UpSaysWhatStandsAndDownRemovesIt) {
  const Json printed = run_tool_for_json({"up", "web", "--image", "drydock-test/web:1", "-p", "8080",
                                          "--wait", "http:8080/health", "--state", state_});
  const std::optional<ServiceState> state = read_state_file(state_);
  ASSERT_TRUE(state);
  EXPECT_EQ(parse_service_state(printed.dump()), *state);
  EXPECT_EQ(state->name, "web");
  EXPECT_EQ(state->image, "drydock-test/web:1");
  EXPECT_EQ(state->session, session_);
  EXPECT_EQ(state->owner, Owner::of_this_process().to_text()) << "the run's";
  EXPECT_EQ(state->endpoint, client().endpoint().to_string());
  const ContainerDetails details = client().containers().inspect(state->container);
  EXPECT_TRUE(details.state.running);
  EXPECT_EQ(details.name, state->engine_name);
  EXPECT_EQ(details.image_id, state->image_id);
  EXPECT_EQ(host_ports(details.ports), state->ports);
  EXPECT_EQ(std::filesystem::status(state_).permissions(), std::filesystem::perms{0600});

  const Json down = run_tool_for_json({"down", "web", "--state", state_});
  EXPECT_TRUE(down["removed"].boolean());
  EXPECT_FALSE(client().containers().find(state->container));
  EXPECT_FALSE(std::filesystem::exists(state_));
}

TEST_F(ServiceTest, UpTwiceIsOneContainer) {
  const ServiceState first = bring_up();
  EXPECT_EQ(bring_up().container, first.container);
}

TEST_F(ServiceTest, UpByManyAtOnceIsOneContainer) {
  std::array<int, 4> exit_codes{};
  std::vector<std::thread> programs;
  for (int& exit_code : exit_codes) {
    programs.emplace_back([&] { exit_code = run_tool(up()).exit_code; });
  }
  for (std::thread& program : programs) {
    program.join();
  }
  EXPECT_THAT(exit_codes, Each(0));
  EXPECT_EQ(run_tool({"down", "box", "--state", state_}).exit_code, 0);
  EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty()) << "no file names it";
}

TEST_F(ServiceTest, AnotherOrderReplacesWhatStands) {
  const ServiceState first = bring_up();
  const ServiceState second = bring_up({"--env", "COLOR=red"});
  EXPECT_NE(second.container, first.container);
  EXPECT_FALSE(client().containers().find(first.container));
}

TEST_F(ServiceTest, WhatStandsAtAnotherEngineIsNotForgotten) {
  const ServiceState first = bring_up();
  const std::string alias = scratch_.path() / "engine.sock";
  std::filesystem::create_symlink(client().endpoint().path, alias);
  EXPECT_EQ(run_tool(up(), {{"DOCKER_HOST", "unix://" + alias}}).exit_code, 0);
  std::filesystem::remove(alias);
  EXPECT_FALSE(client().containers().find(first.container)) << "no file names it";

  const SubprocessResult result = run_tool(up());
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.output, AllOf(HasSubstr(state_), HasSubstr(alias)));
  ServiceState reachable = read_state_file(state_).value_or(ServiceState{});
  reachable.endpoint = client().endpoint().to_string();
  write_state_file(state_, reachable);
}

TEST_F(ServiceTest, WhatHasDiedSinceIsBroughtUpAgain) {
  const ServiceState first = bring_up();
  client().containers().kill(first.container);
  const ServiceState second = bring_up();
  EXPECT_NE(second.container, first.container);
  EXPECT_TRUE(client().containers().inspect(second.container).state.running);
  client().containers().remove(second.container, {.force = true});
  EXPECT_TRUE(client().containers().find(bring_up().container));
}

TEST_F(ServiceTest, AnotherRunsServiceIsNotReplaced) {
  const ServiceState first = bring_up();
  ChildProcess other{{"sleep", "600"}};
  const SubprocessResult result = run_tool(up(), {{"DRYDOCK_SESSION_PID", std::to_string(other.pid())}});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("{session}"));
  EXPECT_TRUE(client().containers().inspect(first.container).state.running);
}

TEST_F(ServiceTest, TheRunIsInTheFilesNameAndStaleFilesGo) {
  ServiceState stale = bring_up();
  run_tool({"down", "--state", state_});
  Owner dead = Owner::of_this_process();
  dead.start_time -= 1;
  stale.owner = dead.to_text();
  const std::string old = scratch_.path() / "box-old.json";
  const std::string other = scratch_.path() / "other-old.json";
  write_state_file(old, stale);
  write_state_file(other, stale);
  const EnvironmentVariable named{"DRYDOCK_SERVICE_BOX", scratch_.path() / "box-{session}.json"};
  EXPECT_EQ(run_tool({"up", "box", "--image", kBusybox, "--state", scratch_.path() / "box-{session}.json",
                      "--", "sleep", "600"})
                .exit_code,
            0);
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(other)) << "it is another service's";
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "box-{session}.json"));
  EXPECT_TRUE(attach("box").inspect().state.running) << "of the same run";
  EXPECT_EQ(run_tool({"down", "box", "--state", scratch_.path() / "box-{session}.json"}).exit_code, 0);
  EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty());
}

TEST_F(ServiceTest, TheEndOfTheProcessThatItIsKeptForEndsIt) {
  ChildProcess keeper{{"sleep", "600"}};
  const ServiceState state = bring_up({"--keep-until", std::to_string(keeper.pid())});
  EXPECT_TRUE(client().containers().inspect(state.container).state.running);
  keeper.kill(SIGKILL);
  keeper.wait_process();
  EXPECT_TRUE(all_gone("drydock.session=" + session_));
}

TEST_F(ServiceTest, WhatAKilledUpLeftIsRemovedByTheNextUpOrDown) {
  for (const bool by_down : {true, false}) {
    const ContainerId left = killed_before_it_was_ready();
    EXPECT_FALSE(std::filesystem::exists(state_)) << "it is not ready";
    if (by_down) {
      EXPECT_EQ(run_tool({"down", "box", "--state", state_}).exit_code, 0);
    } else {
      EXPECT_NE(bring_up().container, left);
    }
    EXPECT_FALSE(client().containers().find(left));
    EXPECT_FALSE(std::filesystem::exists(state_ + ".starting"));
  }
}

TEST_F(ServiceTest, AnUpThatIsKilledBeforeTheCreateLeavesANoteOfNothing) {
  const std::string note = state_ + ".starting";
  write_state_file(note, {.name = "box", .container = "drydock-nosuch", .endpoint = "unix:///nowhere"});
  EXPECT_NE(run_tool(up()).exit_code, 0) << "another engine had it";
  write_state_file(
      note, {.name = "box", .container = "drydock-nosuch", .endpoint = client().endpoint().to_string()});
  EXPECT_TRUE(client().containers().inspect(bring_up().container).state.running);
  EXPECT_FALSE(std::filesystem::exists(note));
}

TEST_F(ServiceTest, WithoutARunItStandsUntilItIsTakenDown) {
  // The program's parents end before it looks for a ctest among them.
  const std::string code = scratch_.path() / "code";
  const std::string up_to = tool_path() + " up box --image " + kBusybox + " --state ";
  const std::string script =
      "unset DRYDOCK_SESSION_PID; ( while kill -0 $$ 2>/dev/null; do sleep 0.01; done; " +
      ("DRYDOCK_SESSION= " + up_to + "'x-{session}.json'; echo $? >" + code + "; ") + up_to + state_ +
      " -- sleep 600 ) >/dev/null 2>&1 &";
  ASSERT_EQ(run_subprocess({"bash", "-c", script}).exit_code, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!std::filesystem::exists(state_) && std::chrono::steady_clock::now() < deadline) {
    ::usleep(1000);
  }
  const std::optional<ServiceState> state = read_state_file(state_);
  ASSERT_TRUE(state);
  const ContainerDetails details = client().containers().inspect(state->container);
  EXPECT_EQ(details.labels.at(label::kKeep), "up");
  std::string refused;
  std::getline(std::ifstream{code}, refused);
  EXPECT_EQ(refused, "2") << "{session} stands for nothing";
  std::filesystem::remove(code);
  run_tool({"sweep"});
  EXPECT_TRUE(client().containers().find(state->container)) << "no sweep removes it";
  EXPECT_EQ(run_tool({"down", "box", "--state", state_}).exit_code, 0);
  EXPECT_FALSE(client().containers().find(state->container));
}

TEST_F(ServiceTest, WhatDoesNotComeUpLeavesNothing) {
  const SubprocessResult result =
      run_tool({"up", "box", "--image", kBusybox, "--state", state_, "--wait", "log:never", "--ready-timeout",
                "0.3", "--", "sh", "-c", "echo broken; sleep 600"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, AllOf(HasSubstr("broken"), HasSubstr("never")));
  EXPECT_FALSE(std::filesystem::exists(state_));
  EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty());
}

TEST_F(ServiceTest, WhatIsWrongIsToldInWordsOfTheCommandLine) {
  const std::vector<std::string> order{"up", "box", "--image", kBusybox, "--state", state_, "--wait"};
  const auto refusal_of = [&](const std::string& condition) {
    std::vector<std::string> argv = order;
    argv.insert(argv.end(), {condition, "--", "sleep", "600"});
    return run_tool(argv).output;
  };
  EXPECT_THAT(refusal_of("port:8080"), AllOf(HasSubstr("--wait[0]"), HasSubstr("publish it by -p")));
  EXPECT_THAT(refusal_of("healthy"), AllOf(HasSubstr("no healthcheck"), Not(HasSubstr("ContainerSpec"))));
  const SubprocessResult never =
      run_tool({"up", "box", "--image", "drydock-test/nosuch:1", "--state", state_, "--pull", "never"});
  EXPECT_EQ(never.exit_code, 1);
  EXPECT_THAT(never.output, AllOf(HasSubstr("--pull is never"), Not(HasSubstr("PullPolicy"))));
  EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty());
}

TEST_F(ServiceTest, AMissingEngineIsNoFailureWhereItIsOptional) {
  const std::string nowhere = "unix://" + (scratch_.path() / "no-engine.sock").string();
  constexpr int kNoEngine = 3;
  constexpr int kSkipped = 4;
  EXPECT_EQ(run_tool(up(), {{"DOCKER_HOST", nowhere}}).exit_code, kNoEngine);
  EXPECT_EQ(run_tool(up(), {{"DOCKER_HOST", nowhere}, {"DRYDOCK_ENGINE", "optional"}}).exit_code, kSkipped);
  EXPECT_FALSE(std::filesystem::exists(state_));
}

TEST_F(ServiceTest, BadOrdersAreRefused) {
  EXPECT_EQ(run_tool({"up", "box", "--image", kBusybox}).exit_code, 2) << "no file";
  EXPECT_EQ(run_tool({"up", "a b", "--image", kBusybox, "--state", state_}).exit_code, 2);
  EXPECT_EQ(
      run_tool({"up", "box", "--image", kBusybox, "--state", state_, "--keep-until", "4194304"}).exit_code,
      2);
  EXPECT_EQ(run_tool({"up", "box", "--image", "Not An Image", "--state", state_}).exit_code, 2);
  EXPECT_EQ(run_tool({"up", "box", "--image", kBusybox, "--state", state_}, {{"DRYDOCK_SESSION_PID", "x"}})
                .exit_code,
            2);
  std::ofstream{state_} << "{}";
  EXPECT_EQ(run_tool(up()).exit_code, 2) << "the file is something else";
  EXPECT_EQ(run_tool({"down", "--state", state_}).exit_code, 2);
  std::filesystem::remove(state_);
}

TEST_F(ServiceTest, DownOfWhatIsNotUpDoesNothing) {
  const SubprocessResult result = run_tool({"down", "box", "--state", state_});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("nothing to take down"));
  const ServiceState state = bring_up();
  client().containers().remove(state.container, {.force = true});
  EXPECT_EQ(run_tool({"down", "box", "--state", state_}).exit_code, 0) << "it was gone already";
  EXPECT_FALSE(std::filesystem::exists(state_));
}

TEST_F(ServiceTest, DownRemovesNothingOfOthers) {
  const ServiceState state = bring_up();
  EXPECT_EQ(run_tool({"down", "other", "--state", state_}).exit_code, 2);
  EXPECT_TRUE(client().containers().find(state.container));
  const std::string forged = scratch_.path() / "forged.json";
  ServiceState foreign = state;
  foreign.container = create({"true"});
  write_state_file(forged, foreign);
  EXPECT_EQ(run_tool({"down", "--state", forged}).exit_code, 2);
  EXPECT_TRUE(client().containers().find(foreign.container));
  std::filesystem::remove(forged);
}

TEST_F(ServiceTest, AttachBorrowsTheContainer) {
  const ServiceState state = bring_up({"-p", "8080"});
  {
    TestContainer box = attach("box");
    EXPECT_EQ(box.id(), state.container);
    EXPECT_EQ(box.sh("echo $COLOR").out, "green\n");
    EXPECT_EQ(box.spec().env.at("COLOR"), "green");
    EXPECT_EQ(box.host_port(8080), state.ports.at("8080/tcp"));
    EXPECT_EQ(code_thrown_by([&] { box.remove(); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_thrown_by([&] { box.stop(); }), ErrorCode::InvalidArgument);
  }
  EXPECT_TRUE(client().containers().inspect(state.container).state.running)
      << "its guard's end is not its own";
}

TEST_F(ServiceTest, AttachSaysWhyItCannot) {
  EXPECT_EQ(attach_error("other"), ErrorCode::InvalidArgument) << "no variable";
  EXPECT_EQ(attach_error("a b"), ErrorCode::InvalidArgument) << "no name of a service";
  EXPECT_EQ(attach_error(), ErrorCode::InvalidArgument) << "no file";
  const EnvironmentVariable misnamed{"DRYDOCK_SERVICE_OTHER", state_};
  const ServiceState state = bring_up();
  EXPECT_EQ(attach_error("other"), ErrorCode::InvalidArgument) << "another service's file";
  client().containers().kill(state.container);
  EXPECT_EQ(attach_error(), ErrorCode::ContainerExited);
  client().containers().remove(state.container, {.force = true});
  EXPECT_EQ(attach_error(), ErrorCode::NotFound);
  ServiceState elsewhere = state;
  elsewhere.endpoint = "unix://" + (scratch_.path() / "no-engine.sock").string();
  write_state_file(state_, elsewhere);
  const auto unreachable = thrown_by<ConnectionError>([] { (void)attach("box"); });
  ASSERT_TRUE(unreachable);
  EXPECT_THAT(unreachable->what(), HasSubstr(state_)) << "which is what named the engine";
  std::ofstream{state_} << "{}";
  EXPECT_EQ(attach_error(), ErrorCode::InvalidArgument) << "no state file";
  std::filesystem::remove(state_);
}

}  // namespace
}  // namespace drydock

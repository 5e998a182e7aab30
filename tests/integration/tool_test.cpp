// The program drydock, verb by verb, as a person or a script uses it.
#include "support/tool.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"

#include "base/random.h"
#include "container/owner.h"
#include "support/child_process.h"
#include "support/engine_test.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ToolTest : public EngineTest {
 protected:
  // A container whose owner lives no more.
  ContainerId leave_behind() {
    Owner dead = Owner::of_this_process();
    dead.start_time -= 1;
    Json labels;
    labels.set("Labels").set("drydock.session") = session_;
    labels.set("Labels").set("drydock.owner") = dead.to_text();
    return create({"true"}, labels.dump());
  }

  const std::string session_ = "tool-" + random_hex(8);
  const EnvironmentVariable joined_{"DRYDOCK_SESSION", session_};
};

TEST_F(ToolTest, PsListsWhatIsOursWithItsOwnersState) {
  set_test_context(TestContext{.test = "Cache.Answers"});
  const TestContainer live{idle_spec()};
  set_test_context(std::nullopt);
  const ContainerId left = leave_behind();
  const ContainerId foreign = create({"true"});
  const Json rows = run_tool_for_json({"ps", "--session", session_});
  ASSERT_THAT(rows.array(), SizeIs(2)) << rows.dump();
  for (const Json& row : rows.array()) {
    const bool is_live = row["id"].string() == live.id();
    EXPECT_EQ(row["owner_state"].string(), is_live ? "alive" : "dead");
    EXPECT_EQ(row["test"].string(), is_live ? "Cache.Answers" : "");
    EXPECT_EQ(row["session"].string(), session_);
    EXPECT_EQ(row["kind"].string(), "container");
  }
  const SubprocessResult text = run_tool({"ps"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.output, AllOf(HasSubstr("SESSION"), HasSubstr(session_), HasSubstr(live.name()),
                                 HasSubstr(short_id(left)), Not(HasSubstr(short_id(foreign)))));
}

TEST_F(ToolTest, SweepRemovesTheDeadsAndShowsADryRunFirst) {
  const TestContainer live{idle_spec()};
  const ContainerId left = leave_behind();
  const SubprocessResult dry = run_tool({"sweep", "--dry-run", "--session", session_});
  EXPECT_EQ(dry.exit_code, 0);
  EXPECT_THAT(dry.output,
              AllOf(HasSubstr("would remove container " + short_id(left)), HasSubstr("1 in use")));
  EXPECT_TRUE(client().containers().find(left));
  const SubprocessResult wet = run_tool({"sweep", "--session", session_});
  EXPECT_EQ(wet.exit_code, 0);
  EXPECT_THAT(wet.output, HasSubstr("removed container " + short_id(left)));
  EXPECT_FALSE(client().containers().find(left));
  EXPECT_TRUE(live.inspect().state.running);
}

TEST_F(ToolTest, SweepRefusesAnEmptySession) {
  const SubprocessResult result = run_tool({"sweep", "--session", ""});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("everything would match"));
}

TEST_F(ToolTest, LogsPrintsBothStreamsAndFollowsToTheEnd) {
  const ContainerId container = run({"sh", "-c", "echo out; echo err >&2; sleep 1; echo last"});
  const SubprocessResult followed = run_tool({"logs", "-f", container});
  EXPECT_EQ(followed.exit_code, 0);
  EXPECT_THAT(followed.output, AllOf(HasSubstr("out\n"), HasSubstr("err\n"), HasSubstr("last\n")));
  const Json json = run_tool_for_json({"logs", container});
  EXPECT_EQ(json["stdout"].string(), "out\nlast\n");
  EXPECT_EQ(json["stderr"].string(), "err\n");
  EXPECT_THAT(run_tool({"logs", "--tail", "1", container}).output, Not(HasSubstr("out")));
}

TEST_F(ToolTest, LogsOfNoContainerFails) {
  const SubprocessResult result = run_tool({"logs", "nosuch"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, HasSubstr("nosuch"));
}

TEST_F(ToolTest, ExecEndsWithTheCommandsExitCode) {
  const ContainerId container = run({"sleep", "600"});
  EXPECT_EQ(run_tool({"exec", container, "--", "true"}).exit_code, 0);
  const SubprocessResult failed = run_tool(
      {"exec", "-e", "WORD=hello", "-w", "/tmp", container, "--", "sh", "-c", "echo $WORD; pwd; exit 7"});
  EXPECT_EQ(failed.exit_code, 7);
  EXPECT_EQ(failed.output, "hello\n/tmp\n");
  const Json json = run_tool_for_json({"exec", container, "sh", "-c", "echo err >&2; exit 3"});
  EXPECT_EQ(json["exit_code"].integer(), 3);
  EXPECT_EQ(json["stderr"].string(), "err\n");
}

TEST_F(ToolTest, ExecPassesWordsOnAsTheyAre) {
  const ContainerId container = run({"sleep", "600"});
  EXPECT_EQ(run_tool({"exec", container, "--", "printf", "%s|", "[a, b]", "[ x ]", "--", ""}).output,
            "[a, b]|[ x ]|--||");
  EXPECT_EQ(run_tool({"exec", container, "printf", "%s|", "a", "--", "b"}).output, "a|--|b|");
  EXPECT_EQ(run_tool({"exec", container}).exit_code, 2) << "no command";
}

TEST_F(ToolTest, ExecPassesStdinOn) {
  const ContainerId container = run({"sleep", "600"});
  const SubprocessResult result = run_subprocess(
      {"sh", "-c", "printf 'one\\ntwo\\n' | " + tool_path() + " exec -i " + container + " -- wc -l"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_EQ(result.output, "2\n");
}

TEST_F(ToolTest, OutputThatCannotBeWrittenIsNoSuccess) {
  const ContainerId container = run({"sh", "-c", "echo said; exec sleep 600"});
  const auto status = [&](const std::string& command) {
    return run_subprocess({"bash", "-c", "set -o pipefail; " + tool_path() + " " + command}).exit_code;
  };
  EXPECT_EQ(status("ps >/dev/full"), 1);
  EXPECT_EQ(status("logs " + container + " >/dev/full"), 1);
  EXPECT_EQ(status("exec " + container + " -- echo hi >/dev/full"), 125);
  EXPECT_EQ(status("exec " + container + " -- yes | head -1"), 125) << "and the command is ended";
  EXPECT_EQ(output_of(container, {"sh", "-c", "pidof yes || echo none"}), "none\n");
  EXPECT_EQ(status("exec " + container + " -- true >&-"), 0) << "nothing was to be written";
}

TEST_F(ToolTest, APathIsNoContainer) {
  for (const char* id : {"../json", "..", "x/../../images/y"}) {
    EXPECT_EQ(run_tool({"logs", id}).exit_code, 2) << id;
  }
}

TEST_F(ToolTest, ExecSaysWhenItCouldNotRunTheCommand) {
  EXPECT_EQ(run_tool({"exec", "nosuch", "--", "true"}).exit_code, 125);
  const ContainerId container = run({"sleep", "600"});
  EXPECT_EQ(run_tool({"exec", container, "--", "nosuch"}).exit_code, 126);
  const SubprocessResult late = run_tool({"exec", "--timeout", "0.5", container, "--", "sleep", "60"});
  EXPECT_EQ(late.exit_code, 125);
  EXPECT_EQ(run_tool({"exec", "-e", "novalue", container, "--", "true"}).exit_code, 2);
}

TEST_F(ToolTest, DoctorSaysWhichEngineIsUsedAndWhatIsLeft) {
  const ContainerId left = leave_behind();
  const Json report = run_tool_for_json({"doctor"});
  EXPECT_THAT(report["endpoints"].array(), Not(IsEmpty()));
  EXPECT_TRUE(report["endpoints"].array().back()["usable"].boolean()) << report.dump();
  std::map<std::string, std::pair<std::string, std::string>> findings;
  for (const Json& finding : report["findings"].array()) {
    findings[finding["subject"].string()] = {finding["grade"].string(), finding["text"].string()};
  }
  EXPECT_THAT(findings["engine"].second, HasSubstr("API 1."));
  EXPECT_EQ(findings["clock"].first, "ok") << "the engine is on this machine";
  EXPECT_THAT(findings["watchdog"].second, HasSubstr(tool_path()));
  EXPECT_EQ(findings["leftovers"].first, "warning") << left;
  EXPECT_EQ(run_tool({"doctor"}).exit_code, 0) << "a warning is no failure";
}

TEST_F(ToolTest, DoctorFailsWhereSomethingWouldGoWrong) {
  for (const char* variable : {"DRYDOCK_TTL", "DRYDOCK_MAX_CONTAINERS", "DRYDOCK_SESSION_PID"}) {
    const SubprocessResult result = run_tool({"doctor"}, {{variable, "soon"}});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.output, HasSubstr(std::string{variable} + " is 'soon'"));
  }
}

TEST_F(ToolTest, DoctorTellsOfWordsThatNobodyKnows) {
  for (const std::string variable : {"DRYDOCK_ENGINE", "DRYDOCK_LOG", "DRYDOCK_WATCHDOG"}) {
    const bool is_refused = variable == "DRYDOCK_ENGINE";
    const SubprocessResult result = run_tool({"doctor"}, {{variable, "maybe"}});
    EXPECT_EQ(result.exit_code, is_refused ? 1 : 0) << "tests refuse that one";
    EXPECT_THAT(result.output, HasSubstr(variable + " is 'maybe'"));
    const SubprocessResult off = run_tool({"doctor"}, {{variable, "off"}});
    EXPECT_EQ(off.exit_code, is_refused ? 1 : 0);
    EXPECT_THAT(off.output, HasSubstr(variable));
    EXPECT_EQ(off.output.find("is 'off'") != std::string::npos, is_refused) << off.output;
  }
}

TEST_F(ToolTest, WithoutAnEngineTheExitCodeSaysSo) {
  const std::map<std::string, std::string> nowhere{{"DOCKER_HOST", "unix:///nowhere/docker.sock"}};
  for (const char* verb : {"ps", "sweep", "doctor"}) {
    EXPECT_EQ(run_tool({verb}, nowhere).exit_code, 3) << verb;
  }
  EXPECT_EQ(run_tool({"ps", "--host", "unix:///nowhere/docker.sock"}).exit_code, 3);
}

TEST_F(ToolTest, BadUsageIsToldApart) {
  const SubprocessResult bogus = run_tool({"nosuch", "--json"});
  EXPECT_EQ(bogus.exit_code, 2);
  EXPECT_THAT(bogus.output, AllOf(HasSubstr("'nosuch' is no verb"), HasSubstr("ps, logs, exec")));
  EXPECT_EQ(run_tool({}).exit_code, 2);
  EXPECT_EQ(run_tool({"ps", "--host", "ftp://x"}).exit_code, 2);
  EXPECT_EQ(run_tool({"logs"}).exit_code, 2);
  const SubprocessResult help = run_tool({"sweep", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, AllOf(HasSubstr("--dry-run"), HasSubstr("--json")));
  EXPECT_EQ(run_tool({"--version"}).output, "0.1.0\n");
}

}  // namespace
}  // namespace drydock

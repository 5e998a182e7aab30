// What is not the answer that the Engine API has for a call is never taken for success.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

enum class Answer { Object, List, Nothing };

struct Operation {
  const char* name;
  Answer answer;
  std::function<void(const Client&)> call;
};

void PrintTo(const Operation& operation, std::ostream* stream) {
  *stream << operation.name;
}

std::vector<Operation> operations() {
  return {
      {"ContainerCreate", Answer::Object,
       [](const Client& c) { (void)c.containers().create({.body = "{}"}); }},
      {"ContainerInspect", Answer::Object, [](const Client& c) { (void)c.containers().inspect("web"); }},
      {"ContainerFind", Answer::Object, [](const Client& c) { (void)c.containers().find("web"); }},
      {"ContainerList", Answer::List, [](const Client& c) { (void)c.containers().list(); }},
      {"ContainerChanges", Answer::List, [](const Client& c) { (void)c.containers().changes("web"); }},
      {"ContainerTop", Answer::Object, [](const Client& c) { (void)c.containers().top("web"); }},
      {"ContainerStats", Answer::Object, [](const Client& c) { (void)c.containers().stats("web"); }},
      {"ContainerWait", Answer::Object, [](const Client& c) { (void)c.containers().wait("web"); }},
      {"ContainerStart", Answer::Nothing, [](const Client& c) { c.containers().start("web"); }},
      {"ContainerStop", Answer::Nothing, [](const Client& c) { c.containers().stop("web"); }},
      {"ContainerKill", Answer::Nothing, [](const Client& c) { c.containers().kill("web"); }},
      {"ContainerPause", Answer::Nothing, [](const Client& c) { c.containers().pause("web"); }},
      {"ContainerRename", Answer::Nothing, [](const Client& c) { c.containers().rename("web", "www"); }},
      {"ContainerRemove", Answer::Nothing, [](const Client& c) { c.containers().remove("web"); }},
      {"ContainerPutArchive", Answer::Nothing,
       [](const Client& c) { c.containers().put_archive("web", "/", "tar"); }},
      {"ContainerLogs", Answer::Nothing,
       [](const Client& c) { (void)c.containers().logs("web", {.tty = true}); }},
      {"ExecCreate", Answer::Object,
       [](const Client& c) { (void)c.execs().create("web", {.argv = {"true"}}); }},
      {"ExecInspect", Answer::Object, [](const Client& c) { (void)c.execs().inspect("e"); }},
      {"ExecStartDetached", Answer::Nothing, [](const Client& c) { c.execs().start_detached("e", false); }},
      {"ImageInspect", Answer::Object, [](const Client& c) { (void)c.images().inspect("redis:7"); }},
      {"ImageFind", Answer::Object, [](const Client& c) { (void)c.images().find("redis:7"); }},
      {"ImageList", Answer::List, [](const Client& c) { (void)c.images().list(); }},
      {"ImagePull", Answer::Nothing, [](const Client& c) { c.images().pull("redis:7"); }},
      {"ImageTag", Answer::Nothing, [](const Client& c) { c.images().tag("redis:7", "redis:8"); }},
      {"ImageRemove", Answer::Nothing, [](const Client& c) { c.images().remove("redis:7"); }},
      {"NetworkCreate", Answer::Object, [](const Client& c) { (void)c.networks().create({.name = "n"}); }},
      {"NetworkInspect", Answer::Object, [](const Client& c) { (void)c.networks().inspect("n"); }},
      {"NetworkFind", Answer::Object, [](const Client& c) { (void)c.networks().find("n"); }},
      {"NetworkList", Answer::List, [](const Client& c) { (void)c.networks().list(); }},
      {"NetworkConnect", Answer::Nothing, [](const Client& c) { c.networks().connect("n", "web"); }},
      {"NetworkRemove", Answer::Nothing, [](const Client& c) { c.networks().remove("n"); }},
      {"VolumeCreate", Answer::Object, [](const Client& c) { (void)c.volumes().create({.name = "v"}); }},
      {"VolumeInspect", Answer::Object, [](const Client& c) { (void)c.volumes().inspect("v"); }},
      {"VolumeFind", Answer::Object, [](const Client& c) { (void)c.volumes().find("v"); }},
      {"VolumeList", Answer::Object, [](const Client& c) { (void)c.volumes().list(); }},
      {"VolumeRemove", Answer::Nothing, [](const Client& c) { c.volumes().remove("v"); }},
      {"Version", Answer::Object, [](const Client& c) { (void)c.system().version(); }},
      {"Info", Answer::Object, [](const Client& c) { (void)c.system().info(); }},
  };
}

std::vector<Operation> operations_with_json() {
  std::vector<Operation> chosen = operations();
  std::erase_if(chosen, [](const Operation& operation) { return operation.answer == Answer::Nothing; });
  return chosen;
}

class ClientAnswersTest : public ::testing::TestWithParam<Operation> {
 protected:
  static std::optional<ErrorCode> code_for(int status, const std::string& body) {
    const auto engine = std::make_shared<ScriptedExchange>();
    engine->answer(status, body);
    return code_thrown_by([&] { GetParam().call(scripted_client(engine)); });
  }
};

class ClientJsonAnswersTest : public ClientAnswersTest {};

TEST_P(ClientAnswersTest, ARedirectIsNoSuccess) {
  for (const int status : {300, 301, 302, 307, 308}) {
    const std::optional<ErrorCode> code = code_for(status, R"({"Id": "x", "Name": "x", "StatusCode": 0})");
    EXPECT_TRUE(code == ErrorCode::UnexpectedStatus || code == ErrorCode::PullFailed) << status;
  }
}

TEST_P(ClientJsonAnswersTest, WhatIsOfAnotherKindIsNoAnswer) {
  std::vector<std::string> bodies;
  switch (GetParam().answer) {
    case Answer::Object:
      bodies = {"[]", R"("text")", "1", "true", "[{}]"};
      break;
    case Answer::List:
      bodies = {"{}", R"("text")", "1", "true"};
      break;
    case Answer::Nothing:
      FAIL() << "nobody reads this answer's body as JSON";
  }
  for (const std::string& body : bodies) {
    EXPECT_EQ(code_for(200, body), ErrorCode::Protocol) << body;
  }
}

TEST_P(ClientJsonAnswersTest, WhatIsNoJsonIsNoAnswer) {
  for (const char* body : {"<html><body>login</body></html>", "{", "{} {}", "OK"}) {
    EXPECT_EQ(code_for(200, body), ErrorCode::Protocol) << body;
  }
}

INSTANTIATE_TEST_SUITE_P(Any, ClientAnswersTest, ::testing::ValuesIn(operations()),
                         [](const auto& row) { return std::string{row.param.name}; });

INSTANTIATE_TEST_SUITE_P(Any, ClientJsonAnswersTest, ::testing::ValuesIn(operations_with_json()),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ClientWaitAnswerTest, AWaitWithoutAnExitCodeIsNoExit) {
  const auto engine = std::make_shared<ScriptedExchange>();
  engine->answer(200, "{}");
  EXPECT_EQ(code_thrown_by([&] { (void)scripted_client(engine).containers().wait("web"); }),
            ErrorCode::Protocol);
}

}  // namespace
}  // namespace drydock

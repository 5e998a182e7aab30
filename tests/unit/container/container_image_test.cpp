// What make_container_image() asks of an engine; what comes of it on a real one is in
// integration/snapshot_test.
#include "container/container_image.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kId(64, 'c');
constexpr const char* kBase =
    R"({"Id":"sha256:base","Config":{"Env":["PATH=/bin"],"Cmd":["sh"],"Entrypoint":null,)"
    R"("Labels":{"own":"1","drydock.seed":"x"}}})";
constexpr const char* kCommitted =
    R"({"Id":"sha256:step","Architecture":"amd64","Os":"linux","Created":"2026-01-01T00:00:00Z",)"
    R"("RootFS":{"Layers":["sha256:l1","sha256:l2"]},"Config":{"Env":["PATH=/bin","PASSWORD=canary"]},)"
    R"("ContainerConfig":{"Env":["PASSWORD=canary"]}})";

std::string container_details() {
  return fmt::format(R"({{"Id":"{}","Image":"sha256:base","Config":{{"Env":["PATH=/bin","PASSWORD=canary"],)"
                     R"("Cmd":["serve","--key=canary"],"Labels":{{"drydock.owner":"me","own":"1"}}}}}})",
                     kId);
}

class ContainerImageTest : public ::testing::Test {
 protected:
  ContainerImageTest() {
    engine_->answer(200, container_details())
        .answer(200, kBase)
        .answer(201, R"({"Id":"sha256:step"})")
        .answer(200, kCommitted)
        .always(Method::Delete, "/images/", 200, "[]");
  }

  [[nodiscard]] std::string make() const {
    return make_container_image(scripted_client(engine_), kId,
                                {.reference = "new:1", .labels = {{"drydock.nonce", "n"}}}, {});
  }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
};

TEST_F(ContainerImageTest, LoadsTheLayersUnderTheConfigurationOfTheContainersOwnImage) {
  engine_->answer(200, "{\"stream\":\"Loaded image: new:1\\n\"}").answer(200, R"({"Id":"sha256:new"})");
  EXPECT_EQ(make(), "sha256:new");
  const auto records = engine_->records();
  ASSERT_EQ(records.size(), 7U);
  EXPECT_THAT(records[2].request.target, StartsWith("/v1.41/commit?container=" + kId));
  EXPECT_EQ(records[4].request.target, "/v1.41/images/load?quiet=1");
  const std::string& archive = records[4].request.body;
  EXPECT_THAT(archive,
              AllOf(HasSubstr(R"("diff_ids":["sha256:l1","sha256:l2"])"), HasSubstr(R"("Env":["PATH=/bin"])"),
                    HasSubstr(R"("Cmd":["sh"])"), HasSubstr(R"("RepoTags":["new:1"])")));
  EXPECT_THAT(archive, HasSubstr(R"("Labels":{"drydock.nonce":"n","own":"1"})"));
  EXPECT_THAT(archive, Not(HasSubstr("canary")));
  EXPECT_THAT(engine_->lines().back(), StartsWith("DELETE /v1.41/images/sha256%3Astep"));
}

TEST_F(ContainerImageTest, EmptiesTheEnvironmentWhereTheEngineWantsTheLayers) {
  engine_->answer(200, "{\"error\":\"no such layer\"}")
      .answer(201, R"({"Id":"sha256:second"})")
      .answer(200, R"({"Id":"sha256:second","Config":{"Env":["PATH=/bin","PASSWORD="]}})");
  EXPECT_EQ(make(), "sha256:second");
  const std::string target = engine_->records()[5].request.target;
  EXPECT_THAT(target, AllOf(HasSubstr("repo=new&tag=1"), HasSubstr("changes=ENV%20PASSWORD%3D%22%22"),
                            HasSubstr("changes=LABEL%20drydock.owner%3D%22%22"),
                            HasSubstr("changes=CMD%20%5B%22sh%22%5D"), Not(HasSubstr("canary"))));
}

TEST_F(ContainerImageTest, RefusesAnImageThatKeepsTheEnvironment) {
  engine_->answer(500, R"({"message":"no such layer"})")
      .answer(201, R"({"Id":"sha256:second"})")
      .answer(200, R"({"Id":"sha256:second","Config":{"Env":["PASSWORD="]},)"
                   R"("ContainerConfig":{"Env":["PASSWORD=canary"]}})");
  const auto error = thrown_by<EngineError>([&] { static_cast<void>(make()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Unsupported);
  EXPECT_THAT(error->what(), Not(HasSubstr("canary")));
  const auto lines = engine_->lines();
  ASSERT_GE(lines.size(), 2U);
  EXPECT_THAT(lines[lines.size() - 2], StartsWith("DELETE /v1.41/images/sha256%3Asecond"));
  EXPECT_THAT(lines.back(), StartsWith("DELETE /v1.41/images/sha256%3Astep"));
}

}  // namespace
}  // namespace drydock

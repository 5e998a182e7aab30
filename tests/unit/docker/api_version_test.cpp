#include "docker/api_version.h"

#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

TEST(ParseMinorVersionTest, ReadsOnlyVersionsOfOne) {
  EXPECT_EQ(parse_minor_version("1.41"), 41);
  EXPECT_EQ(parse_minor_version("1.0"), 0);
  for (const char* text : {"", "1", "1.", "1.4x", "2.0", "1.-1", " 1.41", "1.41 ", "1.99999999999"}) {
    EXPECT_FALSE(parse_minor_version(text)) << text;
  }
}

struct NegotiationCase {
  const char* engine;
  int spoken;
};

class NegotiationTest : public testing::TestWithParam<NegotiationCase> {};

TEST_P(NegotiationTest, SpeaksTheNewestThatBothKnow) {
  EXPECT_EQ(negotiate_minor_version(GetParam().engine), GetParam().spoken);
}

INSTANTIATE_TEST_SUITE_P(Engines, NegotiationTest,
                         testing::Values(NegotiationCase{"1.41", 41}, NegotiationCase{"1.44", 44},
                                         NegotiationCase{"1.51", 51}, NegotiationCase{"1.52", 51},
                                         NegotiationCase{"1.99", 51}));

TEST(NegotiationRefusalTest, NamesBothSidesWhenTheEngineIsTooOld) {
  const auto error = thrown_by<EngineError>([] { static_cast<void>(negotiate_minor_version("1.40")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Unsupported);
  EXPECT_NE(std::string{error->what()}.find("1.40"), std::string::npos);
  EXPECT_NE(std::string{error->what()}.find("1.41 to 1.51"), std::string::npos);
}

TEST(NegotiationRefusalTest, CallsAnAnswerWithoutAVersionAProtocolError) {
  EXPECT_EQ(code_thrown_by([] { static_cast<void>(negotiate_minor_version("")); }), ErrorCode::Protocol);
  EXPECT_EQ(code_thrown_by([] { static_cast<void>(negotiate_minor_version("v2\r\n")); }),
            ErrorCode::Protocol);
}

class ClientNegotiationTest : public testing::Test {
 protected:
  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
};

TEST_F(ClientNegotiationTest, AsksOnceForAClientAndItsCopies) {
  engine_->answer_ping(200, {{"api-version", "1.60"}}).answer(204).answer(204);
  const Client client = scripted_client(engine_);
  const Client copy = client;
  client.containers().start("a");
  copy.containers().start("b");
  EXPECT_EQ(copy.api_version(), "1.51");
  EXPECT_EQ(engine_->pings(), 1);
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{"POST /v1.51/containers/a/start", "POST /v1.51/containers/b/start"}));
}

TEST_F(ClientNegotiationTest, DoesNotRememberAFailure) {
  engine_->answer_ping(503, {});
  const Client client = scripted_client(engine_);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(client.api_version()); }), ErrorCode::ServerError);
  engine_->answer_ping(200, {{"Api-Version", "1.44"}});
  EXPECT_EQ(client.api_version(), "1.44");
  EXPECT_EQ(engine_->pings(), 2);
}

// Another engine may have taken the place of the one that was asked.
TEST_F(ClientNegotiationTest, HappensAnewWhenTheVersionIsRefused) {
  engine_->answer_ping(200, {{"Api-Version", "1.51"}});
  const Client client = scripted_client(engine_);
  EXPECT_EQ(client.api_version(), "1.51");
  engine_->answer_ping(200, {{"Api-Version", "1.44"}});
  engine_->answer(400,
                  R"({"message":"client version 1.51 is too new. Maximum supported API version is 1.44"})");
  EXPECT_EQ(code_thrown_by([&] { client.containers().start("web"); }), ErrorCode::Unsupported);
  engine_->answer(204);
  client.containers().start("web");
  EXPECT_EQ(engine_->lines().back(), "POST /v1.44/containers/web/start");
}

TEST_F(ClientNegotiationTest, DoesNotHappenBeforeItIsNeeded) {
  const Client client = scripted_client(engine_);
  EXPECT_EQ(client.endpoint().path, "/scripted.sock");
  engine_->answer(200, R"({"Version":"20.10.24","ApiVersion":"1.30"})");
  EXPECT_EQ(client.system().version().api_version, "1.30");
  EXPECT_EQ(engine_->pings(), 0);
}

TEST_F(ClientNegotiationTest, TellsAnEngineThatIsTooNewByItsRefusal) {
  engine_->answer_ping(200, {{"Api-Version", "1.70"}});
  engine_->answer(400,
                  R"({"message":"client version 1.51 is too old. Minimum supported API version is 1.60, )"
                  R"(please upgrade your client to a newer version"})");
  const auto error = thrown_by<EngineError>([&] { scripted_client(engine_).containers().start("web"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Unsupported);
  EXPECT_NE(std::string{error->what()}.find("1.60"), std::string::npos);
  EXPECT_NE(std::string{error->what()}.find("1.51"), std::string::npos);
}

}  // namespace
}  // namespace drydock

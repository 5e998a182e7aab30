#include "container/anchor_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "docker/json.h"
#include "support/fake_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

TEST(AnchorImageTest, TheProgramIsASmallElf) {
  EXPECT_THAT(std::string{anchor_program()}, StartsWith("\x7f"
                                                        "ELF"));
  EXPECT_THAT(anchor_program().size(), Lt(std::size_t{1} << 20));
}

TEST(AnchorImageTest, TheReferenceSaysWhatIsInIt) {
  EXPECT_THAT(anchor_reference(), MatchesRegex("drydock/anchor:[0-9a-f]+-[a-z0-9]+"));
  EXPECT_THAT(sha256_hex(anchor_program()),
              StartsWith(anchor_reference().substr(std::string_view{"drydock/anchor:"}.size(), 16)));
}

// Equal archives make one image, whoever loads them.
TEST(AnchorImageTest, TheArchiveIsAlwaysTheSame) {
  EXPECT_EQ(anchor_archive(), anchor_archive());
  EXPECT_THAT(anchor_archive(), HasSubstr(anchor_program()));
  EXPECT_THAT(anchor_archive(), HasSubstr("docker.io/" + anchor_reference()));
  EXPECT_THAT(anchor_archive(), HasSubstr(R"("created":"1970-01-01T00:00:00Z")"));
}

TEST(AnchorImageTest, AnImageThatIsThereIsNotLoaded) {
  const auto engine = std::make_shared<FakeEngine>();
  EXPECT_EQ(ensure_anchor_image(client_of(engine), {}), anchor_reference());
  EXPECT_THAT(engine->lines(), ElementsAre(StartsWith("GET /images/drydock")));
}

TEST(AnchorImageTest, AnEngineThatTakesItAndDoesNotHaveItIsOfNoUse) {
  const auto engine = std::make_shared<FakeEngine>();
  engine->has_image = false;
  EXPECT_EQ(code_thrown_by([&] { ensure_anchor_image(client_of(engine), {}); }), ErrorCode::Unsupported);
  EXPECT_THAT(engine->lines(),
              ElementsAre(StartsWith("GET /images/"), "POST /images/load", StartsWith("GET /images/")));
}

}  // namespace
}  // namespace drydock

#include "drydock/base/secret.h"

#include <sstream>

#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "base/redaction.h"
#include "base/text.h"
#include "support/forked.h"

namespace drydock {
namespace {

TEST(SecretTest, IsPrintedAsAMaskAndRevealedByName) {
  const Secret secret{"open-sesame-1"};
  std::ostringstream stream;
  stream << secret;
  EXPECT_EQ(stream.str(), "***");
  EXPECT_EQ(testing::PrintToString(secret), "***");
  EXPECT_EQ(secret.reveal(), "open-sesame-1");
}

TEST(SecretTest, IsEqualByValue) {
  EXPECT_EQ(Secret{"same-value"}, Secret{"same-value"});
  EXPECT_FALSE(Secret{"same-value"} == Secret{"other-value"});
}

TEST(SecretTest, IsMaskedInErrorsAndTheirContext) {
  const Secret secret{"open-sesame-2"};
  const Error error{ErrorCode::BadRequest,
                    "the engine says: 'open-sesame-2' is no flag",
                    {.resource = "web-open-sesame-2"}};
  EXPECT_STREQ(error.what(), "the engine says: '***' is no flag");
  EXPECT_EQ(error.resource(), "web-***");
}

TEST(SecretTest, IsMaskedBeforeAMessageIsCut) {
  const Secret secret{"open-sesame-3"};
  EXPECT_EQ(text::printable("pass open-sesame-3", 10), "pass ***");
}

TEST(RedactionTest, MasksEveryPlaceAndTheLongestFirst) {
  keep_secret("swordfish");
  keep_secret("swordfish-extended");
  EXPECT_EQ(redacted("swordfish, swordfish-extended"), "***, ***");
}

TEST(RedactionTest, LeavesOtherTextAlone) {
  keep_secret("swordfish");
  EXPECT_EQ(redacted("a sword and a fish"), "a sword and a fish");
  EXPECT_FALSE(holds_secret("a sword and a fish"));
}

TEST(RedactionTest, DoesNotMaskWhatIsFoundEverywhere) {
  keep_secret("");
  keep_secret("abc");
  EXPECT_EQ(redacted("abc"), "abc");
}

TEST(RedactionTest, HoldsInAForkedChild) {
  keep_secret("parents-word");
  EXPECT_EQ(in_forked_child([] { return redacted("the parents-word"); }), "the ***");
}

}  // namespace
}  // namespace drydock

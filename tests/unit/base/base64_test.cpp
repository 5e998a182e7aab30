#include "base/base64.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

TEST(Base64Test, IsThatOfTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64Test, TakesAnyByte) {
  EXPECT_EQ(base64(std::string_view{"\xff\x00\xfb", 3}), "/wD7");
}

TEST(Base64Test, IsReadBack) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
  }
  EXPECT_EQ(from_base64("/wD7"), (std::string{"\xff\x00\xfb", 3}));
}

TEST(Base64Test, RefusesWhatIsNone) {
  for (const char* const text : {"Zg", "Zg=", "====", "Z===", "Zm9v\n", " Zm9v", "Zm9*", "Zg==Zg=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace drydock

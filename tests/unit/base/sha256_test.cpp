#include "base/sha256.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

// The examples of FIPS 180-4.
TEST(Sha256Test, GivesTheKnownDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Test, TakesNulBytes) {
  EXPECT_NE(sha256_hex(std::string_view{"a\0b", 3}), sha256_hex("a"));
}

// The second case of RFC 4231.
TEST(HmacSha256Test, GivesTheKnownCode) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace drydock

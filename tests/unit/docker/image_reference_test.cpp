#include <string>

#include <gtest/gtest.h>

#include "drydock/docker/images.h"

#include "support/thrown.h"

namespace drydock {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

struct ReferenceCase {
  std::string text;
  ImageReference parsed;
};

void PrintTo(const ReferenceCase& reference, std::ostream* out) {
  *out << reference.text;
}

class ImageReferenceTest : public testing::TestWithParam<ReferenceCase> {};

TEST_P(ImageReferenceTest, IsTakenApart) {
  const ImageReference parsed = ImageReference::parse(GetParam().text);
  EXPECT_EQ(parsed.registry, GetParam().parsed.registry);
  EXPECT_EQ(parsed.repository, GetParam().parsed.repository);
  EXPECT_EQ(parsed.tag, GetParam().parsed.tag);
  EXPECT_EQ(parsed.digest, GetParam().parsed.digest);
  EXPECT_EQ(ImageReference::parse(parsed.to_string()), parsed);
}

INSTANTIATE_TEST_SUITE_P(
    Accepted, ImageReferenceTest,
    testing::Values(ReferenceCase{"redis", {"", "redis", "latest", ""}},
                    ReferenceCase{"redis:7", {"", "redis", "7", ""}},
                    ReferenceCase{"library/redis:7.2-alpine", {"", "library/redis", "7.2-alpine", ""}},
                    ReferenceCase{"a/b/c", {"", "a/b/c", "latest", ""}},
                    ReferenceCase{"localhost/x", {"localhost", "x", "latest", ""}},
                    ReferenceCase{"localhost:5000/x:y", {"localhost:5000", "x", "y", ""}},
                    ReferenceCase{"127.0.0.1:5000/a/b", {"127.0.0.1:5000", "a/b", "latest", ""}},
                    ReferenceCase{"[::1]:5000/x", {"[::1]:5000", "x", "latest", ""}},
                    ReferenceCase{"[2001:db8::1]/x", {"[2001:db8::1]", "x", "latest", ""}},
                    ReferenceCase{"EXAMPLE.com/x", {"EXAMPLE.com", "x", "latest", ""}},
                    ReferenceCase{"HOST/x", {"HOST", "x", "latest", ""}},
                    ReferenceCase{"x@" + kDigest, {"", "x", "", kDigest}},
                    ReferenceCase{"r.io/x:1@" + kDigest, {"r.io", "x", "1", kDigest}},
                    ReferenceCase{"a.b_c__d---e", {"", "a.b_c__d---e", "latest", ""}},
                    ReferenceCase{"x:_tag", {"", "x", "_tag", ""}},
                    ReferenceCase{"x:" + std::string(128, 't'), {"", "x", std::string(128, 't'), ""}},
                    ReferenceCase{std::string(255, 'r'), {"", std::string(255, 'r'), "latest", ""}}),
    [](const auto& given) { return "Row" + std::to_string(given.index); });

class RefusedImageReferenceTest : public testing::TestWithParam<std::string> {};

TEST_P(RefusedImageReferenceTest, NamesTheText) {
  const auto error = thrown_by<InvalidArgumentError>([] { ImageReference::parse(GetParam()); });
  ASSERT_TRUE(error);
  if (GetParam().size() < 100 && GetParam().find('\n') == std::string::npos) {
    EXPECT_NE(std::string{error->what()}.find("'" + GetParam() + "'"), std::string::npos) << error->what();
  }
}

INSTANTIATE_TEST_SUITE_P(Refused, RefusedImageReferenceTest,
                         testing::Values("", " ", "redis ", "Redis", "redis:", ":7", "redis:-x", "redis:.x",
                                         "redis:a b", "/redis", "redis/", "a//b", "-a", "a-", "a..b", "a___b",
                                         "a._b", "a/B", "x@", "@" + kDigest, "x@sha256:abc",
                                         "x@sha256:" + std::string(64, 'A'),
                                         "x@sha256:" + std::string(63, 'a'), "x@md5:" + std::string(32, 'a'),
                                         "x@" + kDigest + "@" + kDigest, "host:port/x", "host:/x",
                                         "host:123456/x", "ho_st.io/x", "-host.io/x", "host..io/x", "[::1/x",
                                         "[]:1/x", "x:" + std::string(129, 't'), std::string(256, 'r'),
                                         std::string(64, 'a'), "a\nb", "https://r.io/x", "r.io/x:1:2"),
                         [](const auto& given) { return "Row" + std::to_string(given.index); });

TEST(ImageReferenceHintTest, SaysThatUpperCaseIsTheFault) {
  const auto error = thrown_by<InvalidArgumentError>([] { ImageReference::parse("r.io/Team/app:1"); });
  ASSERT_TRUE(error);
  EXPECT_NE(std::string{error->what()}.find("upper-case"), std::string::npos);
}

TEST(ImageReferenceNameTest, LeavesTagAndDigestOut) {
  EXPECT_EQ(ImageReference::parse("r.io:1/a/b:2").name(), "r.io:1/a/b");
  EXPECT_EQ(ImageReference::parse("a").name(), "a");
}

}  // namespace
}  // namespace drydock

#include "docker/pull_stream.h"

#include <gtest/gtest.h>

#include "support/thrown.h"

namespace drydock {
namespace {

// A pull by Docker 20.10 from a local registry, shortened.
constexpr std::string_view kPull =
    "{\"status\":\"Pulling from dk\",\"id\":\"1\"}\r\n"
    "{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"eab3d6c0427b\"}\r\n"
    "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10234,\"total\":1004880},"
    "\"progress\":\"[\\u003e  ]  10.23kB/1.005MB\",\"id\":\"eab3d6c0427b\"}\r\n"
    "{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"eab3d6c0427b\"}\r\n"
    "{\"status\":\"Digest: sha256:abc\"}\r\n"
    "{\"status\":\"Status: Downloaded newer image for 127.0.0.1:5000/dk:1\"}\r\n";

struct Collected {
  std::vector<PullProgress> lines{};
  std::function<void(const PullProgress&)> sink() {
    return [this](const PullProgress& line) { lines.push_back(line); };
  }
};

TEST(PullStreamTest, GivesTheSameLinesHoweverTheBytesAreSplit) {
  for (std::size_t size = 1; size <= kPull.size(); ++size) {
    Collected collected;
    PullStream stream{collected.sink()};
    for (std::size_t at = 0; at < kPull.size(); at += size) {
      ASSERT_TRUE(stream.feed(kPull.substr(at, size)));
    }
    ASSERT_TRUE(stream.finish());
    ASSERT_EQ(collected.lines.size(), 6U) << "in pieces of " << size;
    EXPECT_EQ(collected.lines[2].layer, "eab3d6c0427b");
    EXPECT_EQ(collected.lines[2].status, "Downloading");
    EXPECT_EQ(collected.lines[2].current, 10234);
    EXPECT_EQ(collected.lines[2].total, 1004880);
    EXPECT_EQ(collected.lines[4].layer, "");
  }
}

TEST(PullStreamTest, EndsAtAnErrorLine) {
  Collected collected;
  PullStream stream{collected.sink()};
  EXPECT_FALSE(
      stream.feed("{\"status\":\"a\"}\n{\"errorDetail\":{\"message\":\"manifest unknown\"},\"error\":\"m\"}\n"
                  "{\"status\":\"b\"}\n"));
  EXPECT_EQ(stream.error(), "manifest unknown");
  EXPECT_EQ(collected.lines.size(), 1U);
  EXPECT_FALSE(stream.feed("{\"status\":\"c\"}\n"));
  EXPECT_FALSE(stream.finish());
  EXPECT_EQ(collected.lines.size(), 1U);
}

TEST(PullStreamTest, ReadsAnErrorWithoutDetail) {
  PullStream stream{{}};
  EXPECT_FALSE(stream.feed("{\"error\":\"toomanyrequests: x\"}\n"));
  EXPECT_EQ(stream.error(), "toomanyrequests: x");
}

TEST(PullStreamTest, ReadsALastLineWithoutAnEnd) {
  PullStream stream{{}};
  EXPECT_TRUE(stream.feed("{\"error\":\"cut\"}"));
  EXPECT_FALSE(stream.finish());
  EXPECT_EQ(stream.error(), "cut");
}

TEST(PullStreamTest, PassesOverEmptyLines) {
  PullStream stream{{}};
  EXPECT_TRUE(stream.feed("\r\n\n  \n"));
  EXPECT_TRUE(stream.finish());
}

TEST(PullStreamTest, RefusesWhatIsNoProgress) {
  EXPECT_EQ(code_thrown_by([] { PullStream{{}}.feed("<html>\n"); }), ErrorCode::Protocol);
  EXPECT_EQ(code_thrown_by([] { PullStream{{}}.feed("[]\n"); }), ErrorCode::Protocol);
  EXPECT_EQ(code_thrown_by([] {
              PullStream stream{{}};
              stream.feed("{\"status\":");
              stream.finish();
            }),
            ErrorCode::Protocol);
}

TEST(PullStreamTest, BoundsALine) {
  const std::string piece(64 << 10, 'x');
  PullStream stream{{}};
  EXPECT_EQ(code_thrown_by([&] {
              for (int i = 0; i < 32; ++i) {
                stream.feed(piece);
              }
            }),
            ErrorCode::Protocol);
}

}  // namespace
}  // namespace drydock

#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

// Docker 20.10, shortened.
constexpr const char* kImage = R"({
  "Id": "sha256:677ce410d3444886e3f32e841fdcc9345bd73250089d6bc2768d685c69fb8907",
  "RepoTags": ["drydock-test/web:1"], "RepoDigests": ["127.0.0.1:5000/web@sha256:abc"],
  "Created": "2026-11-23T22:55:56.116887509Z", "Architecture": "amd64", "Os": "linux", "Size": 1984316,
  "Config": {"User": "www", "WorkingDir": "/srv", "Env": ["PATH=/bin:/usr/bin"], "Cmd": ["serve"],
    "Entrypoint": ["sh", "-c"], "ExposedPorts": {"80/tcp": {}, "53/udp": {}}, "Labels": {"a": "b"},
    "Healthcheck": {"Test": ["CMD", "/health"]}}})";
constexpr const char* kNoImage = R"({"message":"No such image: x:1"})";

class ImagesTest : public testing::Test {
 protected:
  [[nodiscard]] Images images() const { return client_.images(); }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(ImagesTest, ReadsAnImage) {
  engine_->answer(200, kImage);
  const ImageDetails image = images().inspect("127.0.0.1:5000/web:1");
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"GET /v1.41/images/127.0.0.1%3A5000%2Fweb%3A1/json"});
  EXPECT_EQ(image.id, "sha256:677ce410d3444886e3f32e841fdcc9345bd73250089d6bc2768d685c69fb8907");
  EXPECT_EQ(image.tags, std::vector<std::string>{"drydock-test/web:1"});
  EXPECT_EQ(image.digests, std::vector<std::string>{"127.0.0.1:5000/web@sha256:abc"});
  EXPECT_EQ(image.os, "linux");
  EXPECT_EQ(image.architecture, "amd64");
  EXPECT_EQ(image.created, "2026-11-23T22:55:56.116887509Z");
  EXPECT_EQ(image.size_bytes, 1984316);
  EXPECT_EQ(image.command, std::vector<std::string>{"serve"});
  EXPECT_EQ(image.entrypoint, (std::vector<std::string>{"sh", "-c"}));
  EXPECT_EQ(image.env, std::vector<std::string>{"PATH=/bin:/usr/bin"});
  EXPECT_EQ(image.exposed_ports, (std::vector<std::string>{"53/udp", "80/tcp"}));
  EXPECT_EQ(image.user, "www");
  EXPECT_EQ(image.working_dir, "/srv");
  EXPECT_TRUE(image.has_healthcheck);
  EXPECT_EQ(image.labels, (Labels{{"a", "b"}}));
}

TEST_F(ImagesTest, KnowsAHealthcheckThatWasSwitchedOff) {
  engine_->answer(200, R"({"Id":"1","Config":{"Healthcheck":{"Test":["NONE"]}}})")
      .answer(200, R"({"Id":"1"})");
  EXPECT_FALSE(images().inspect("x").has_healthcheck);
  EXPECT_FALSE(images().inspect("x").has_healthcheck);
}

TEST_F(ImagesTest, FindsNothingWhereInspectThrows) {
  engine_->answer(404, kNoImage).answer(404, kNoImage).answer(200, kImage);
  EXPECT_FALSE(images().find("x:1"));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(images().inspect("x:1")); }), ErrorCode::NotFound);
  EXPECT_TRUE(images().find("x:1"));
}

TEST_F(ImagesTest, Lists) {
  engine_
      ->answer(200, R"([{"Id":"sha256:1","RepoTags":["a:1"],"RepoDigests":null,"Size":7,"Created":9,)"
                    R"("Labels":null}])")
      .answer(200, "[]");
  const std::vector<ImageSummary> all = images().list();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, "sha256:1");
  EXPECT_EQ(all[0].tags, std::vector<std::string>{"a:1"});
  EXPECT_EQ(all[0].size_bytes, 7);
  EXPECT_EQ(all[0].created, 9);
  EXPECT_TRUE(images().list({"k=v"}, "a:*").empty());
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{"GET /v1.41/images/json",
                                      "GET /v1.41/images/json?filters=%7B%22label%22%3A%5B%22k%3Dv%22%5D%2C%"
                                      "22reference%22%3A%5B%22a%3A%2A%22%5D%7D"}));
}

TEST_F(ImagesTest, TagsAndRemoves) {
  engine_->answer(201).answer(200, "[]").answer(404, kNoImage).answer(409, R"({"message":"conflict: x"})");
  images().tag("x:1", "localhost:5000/team/x:2");
  EXPECT_TRUE(images().remove("x:1"));
  EXPECT_FALSE(images().remove("x:1", true));
  EXPECT_EQ(code_thrown_by([&] { images().remove("x:1"); }), ErrorCode::Conflict);
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{
                                  "POST /v1.41/images/x%3A1/tag?repo=localhost%3A5000%2Fteam%2Fx&tag=2",
                                  "DELETE /v1.41/images/x%3A1?force=0", "DELETE /v1.41/images/x%3A1?force=1",
                                  "DELETE /v1.41/images/x%3A1?force=0"}));
}

TEST_F(ImagesTest, RefusesToTagWithADigest) {
  const std::string digest = "x@sha256:" + std::string(64, 'a');
  EXPECT_EQ(code_thrown_by([&] { images().tag("x:1", digest); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] { images().tag("x:1", "Upper"); }), ErrorCode::InvalidArgument);
}

TEST_F(ImagesTest, ReadsWhenATagWasLastGiven) {
  engine_->answer(200, R"({"Id":"1","Metadata":{"LastTagTime":"2026-11-25T03:39:36Z"}})");
  const ImageDetails image = images().inspect("x");
  EXPECT_EQ(image.last_tagged, "2026-11-25T03:39:36Z");
  EXPECT_EQ(image.json.substr(0, 9), R"({"Id":"1")");
}

TEST_F(ImagesTest, CommitsAContainer) {
  engine_->answer(201, R"({"Id":"sha256:1"})").answer(201, R"({"Id":"sha256:2"})").answer(201, "{}");
  EXPECT_EQ(images().commit("web"), "sha256:1");
  EXPECT_EQ(images().commit("web", {.reference = "localhost:5000/team/x:2",
                                    .comment = "a b",
                                    .author = "me",
                                    .changes = {"ENV A=\"1\"", "LABEL b=2"},
                                    .pause = false}),
            "sha256:2");
  EXPECT_EQ(code_thrown_by([&] { images().commit("web"); }), ErrorCode::Protocol);
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{
                                  "POST /v1.41/commit?container=web&pause=1",
                                  "POST /v1.41/commit?container=web&repo=localhost%3A5000%2Fteam%2Fx&tag=2&"
                                  "comment=a%20b&author=me&changes=ENV%20A%3D%221%22&changes=LABEL%20b%3D2&"
                                  "pause=0",
                                  "POST /v1.41/commit?container=web&pause=1"}));
}

TEST_F(ImagesTest, LoadsAnArchive) {
  engine_->answer_pieces(200, {"{\"stream\":\"Loaded", " image: x:1\"}\n"});
  images().load("tar bytes");
  const Request request = engine_->only_request();
  EXPECT_EQ(request.target, "/v1.41/images/load?quiet=1");
  EXPECT_EQ(request.body, "tar bytes");
  EXPECT_EQ(request.content_type, "application/x-tar");
}

TEST_F(ImagesTest, FailsWhenTheEngineRefusesAnArchiveInItsStream) {
  engine_->answer_pieces(200, {"{\"errorDetail\":{\"message\":\"invalid tar\"},\"error\":\"invalid tar\"}\n"})
      .answer(500, R"({"message":"Error processing tar file"})");
  EXPECT_EQ(code_thrown_by([&] { images().load("x"); }), ErrorCode::ServerError);
  EXPECT_EQ(code_thrown_by([&] { images().load("x"); }), ErrorCode::ServerError);
}

class ImagesPullTest : public ImagesTest {
 protected:
  [[nodiscard]] std::optional<ErrorCode> pull_failure() const {
    return code_thrown_by([this] { images().pull("r.io/x:1"); });
  }
};

TEST_F(ImagesPullTest, HandsProgressOnAndChecksTheImage) {
  engine_->answer_pieces(200, {"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1,",
                               "\"total\":2},\"id\":\"eab3\"}\r\n{\"status\":\"Done\"}\r\n"});
  engine_->answer(200, kImage);
  std::vector<std::string> seen;
  images().pull("r.io/x:1", {.platform = "linux/amd64",
                             .on_progress = [&](const PullProgress& line) { seen.push_back(line.status); }});
  EXPECT_EQ(seen, (std::vector<std::string>{"Downloading", "Done"}));
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{
                                  "POST /v1.41/images/create?fromImage=r.io%2Fx&tag=1&platform=linux%2Famd64",
                                  "GET /v1.41/images/r.io%2Fx%3A1/json"}));
}

TEST_F(ImagesPullTest, NamesATagAlwaysForWithoutOneTheEnginePullsAllTags) {
  engine_->answer(200).answer(200, kImage).answer(200).answer(200, kImage);
  images().pull("x");
  images().pull("x:1@sha256:" + std::string(64, 'a'));
  EXPECT_EQ(engine_->lines()[0], "POST /v1.41/images/create?fromImage=x&tag=latest");
  EXPECT_EQ(engine_->lines()[2],
            "POST /v1.41/images/create?fromImage=x&tag=sha256%3A" + std::string(64, 'a'));
}

TEST_F(ImagesPullTest, GetsThePullTimeout) {
  engine_->answer(200).answer(200, kImage);
  scripted_client(engine_,
                  {.request_timeout = std::chrono::seconds{1}, .pull_timeout = std::chrono::hours{1}})
      .images()
      .pull("x");
  EXPECT_GT(engine_->records().front().deadline.remaining(), std::chrono::minutes{59});
}

TEST_F(ImagesPullTest, TurnsAnErrorLineInsideA200IntoAnError) {
  engine_->answer(200, "{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"toomanyrequests: x\"}}\n");
  EXPECT_EQ(pull_failure(), ErrorCode::RateLimited);
  engine_->answer(200, "{\"error\":\"unauthorized: x\"}");
  EXPECT_EQ(pull_failure(), ErrorCode::Unauthorized);
}

TEST_F(ImagesPullTest, TurnsARefusalIntoAnError) {
  engine_->answer(404,
                  R"({"message":"manifest for r.io/x:1 not found: manifest unknown: manifest unknown"})");
  EXPECT_EQ(pull_failure(), ErrorCode::NotFound);
  engine_->answer(500, R"({"message":"Get \"https://r.io/v2/\": dial tcp: lookup r.io: no such host"})");
  EXPECT_EQ(pull_failure(), ErrorCode::PullFailed);
}

TEST_F(ImagesPullTest, DoesNotTakeACleanEndForSuccess) {
  engine_->answer(200, "{\"status\":\"Pulling fs layer\"}\n").answer(404, kNoImage);
  EXPECT_EQ(pull_failure(), ErrorCode::PullFailed);
}

TEST_F(ImagesPullTest, PassesOnWhatTheProgressSinkThrows) {
  engine_->answer(200, "{\"status\":\"a\"}\n");
  EXPECT_THROW(
      images().pull("x", {.on_progress = [](const PullProgress&) { throw std::runtime_error("no"); }}),
      std::runtime_error);
}

TEST_F(ImagesPullTest, RefusesABadReferenceBeforeAnythingIsSent) {
  EXPECT_EQ(code_thrown_by([&] { images().pull("Bad Name"); }), ErrorCode::InvalidArgument);
  EXPECT_TRUE(engine_->records().empty());
}

}  // namespace
}  // namespace drydock

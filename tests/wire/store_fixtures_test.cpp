// How the fixtures of MinIO, Elasticsearch and ClickHouse speak with their servers, against servers that
// follow a script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/fixtures/clickhouse.h"
#include "drydock/fixtures/elasticsearch.h"
#include "drydock/fixtures/minio.h"

#include "support/fake_engine.h"
#include "support/scripted_server.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A server that gives these answers, each on a connection of its own.
class StoreTest : public ::testing::Test {
 protected:
  /// Returns the container of `spec`, whose `port` is that of a server with these answers.
  TestContainer start(ContainerSpec spec, const std::vector<std::string>& answers) {
    std::vector<ServerScript> scripts;
    for (const std::string& answer : answers) {
      scripts.push_back({ServerStep::expect_request(), ServerStep::send(answer)});
    }
    server_ = std::make_unique<ScriptedServer>(std::move(scripts), ScriptedServer::Socket::Tcp);
    engine_->published_port = server_->endpoint().port;
    engine_->container_port = spec.ports.front().container;
    spec.ports.resize(1, 1);
    return TestContainer{std::move(spec), client_of(engine_)};
  }

  /// Returns the first lines of the requests, and after a '|' their bodies.
  [[nodiscard]] std::vector<std::string> requests() const {
    std::vector<std::string> lines;
    for (const std::string& request : server_->received()) {
      const std::string body = request.substr(request.find("\r\n\r\n") + 4);
      lines.push_back(request.substr(0, request.find(" HTTP/")) + (body.empty() ? "" : " | " + body));
    }
    return lines;
  }

  std::shared_ptr<FakeEngine> engine_{std::make_shared<FakeEngine>()};
  std::unique_ptr<ScriptedServer> server_{};
};

std::string ok(const std::string& body = {}) {
  return http_answer(200, body);
}

std::string buckets(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += "<Bucket><Name>" + name + "</Name><CreationDate>2024-11-07T00:52:20.000Z</CreationDate></Bucket>";
  }
  return ok(
      "<?xml "
      "version=\"1.0\"?><ListAllMyBucketsResult><Owner><DisplayName>minio</DisplayName></Owner><Buckets>" +
      list + "</Buckets></ListAllMyBucketsResult>");
}

const MinioOptions kOrders{.buckets = {"orders"},
                           .objects = {{.bucket = "orders", .key = "a b", .content = "keel"}}};

TEST_F(StoreTest, MinioIsReadyOnceItCanWriteAndHasItsBuckets) {
  const Minio minio{start(Minio::spec(kOrders), {http_answer(503, ""), ok(),
                                                 http_answer(503, "<Code>XMinioServerNotInitialized</Code>"),
                                                 buckets({}), ok(), ok()})};
  EXPECT_THAT(requests(), ElementsAre("GET /minio/health/cluster", "GET /minio/health/cluster", "GET /",
                                      "GET /", "PUT /orders", "PUT /orders/a%20b | keel"));
  EXPECT_THAT(server_->received().back(),
              AllOf(HasSubstr("Authorization: AWS4-HMAC-SHA256 Credential=test-access-key/"),
                    HasSubstr("/us-east-1/s3/aws4_request,"), HasSubstr("\r\nx-amz-date: "),
                    HasSubstr("Host: " + minio.address() + "\r\n"),
                    HasSubstr("Content-Type: application/octet-stream\r\n")));
}

TEST_F(StoreTest, MinioLeavesAServerAloneThatWasSetUpBefore) {
  const Minio minio{start(Minio::spec(kOrders), {ok(), buckets({"mine"})})};
  EXPECT_THAT(requests(), ElementsAre("GET /minio/health/cluster", "GET /"));
}

TEST_F(StoreTest, MinioShowsTheServersWordsAtOnceWhenItRefusesTheSetUp) {
  const auto error = thrown_by<ContainerStartError>([&] {
    (void)Minio{start(
        Minio::spec(kOrders),
        {ok(), buckets({}), http_answer(400, "<Message>The specified bucket is not valid.</Message>")})};
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("The specified bucket is not valid."));
}

TEST_F(StoreTest, MinioDeletesEveryBucketWithItsContentAndMakesThoseOfTheSetUp) {
  const Minio minio{start(Minio::spec(kOrders), {ok(), buckets({"orders"}), buckets({"mine", "orders"}),
                                                 http_answer(204, ""), http_answer(204, ""), ok(), ok()})};
  minio.clean();
  const std::vector<std::string> all = requests();
  EXPECT_THAT(
      (std::vector<std::string>{all.begin() + 2, all.end()}),
      ElementsAre("GET /", "DELETE /mine", "DELETE /orders", "PUT /orders", "PUT /orders/a%20b | keel"));
  EXPECT_THAT(server_->received()[3], HasSubstr("x-minio-force-delete: true\r\n"));
}

TEST_F(StoreTest, MinioSaysWhichBucketTheServerDoesNotLetGo) {
  const Minio minio{
      start(Minio::spec(), {ok(), buckets({}), buckets({"locked"}), http_answer(405, "MethodNotAllowed")})};
  const auto error = thrown_by<Error>([&] { minio.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("refused DELETE /locked: 405: MethodNotAllowed"));
}

ElasticsearchOptions search(const std::string& password = {}) {
  return {.password = password,
          .setup = {{.path = "/orders", .body = "{}"},
                    {.method = "POST",
                     .path = "/orders/_bulk",
                     .body = "{\"index\":{}}\n{}\n",
                     .content_type = "application/x-ndjson"}}};
}

TEST_F(StoreTest, ElasticsearchIsReadyOnceYellowAndSetUp) {
  const Elasticsearch elastic{start(Elasticsearch::spec(search("secret")),
                                    {http_answer(408, "{}"), ok("{}"), ok(R"({"persistent":{}})"), ok("{}"),
                                     ok(R"({"errors":false})"), ok("{}"), ok("{}")})};
  EXPECT_THAT(
      requests(),
      ElementsAre(StartsWith("GET /_cluster/health"), StartsWith("GET /_cluster/health"),
                  "GET /_cluster/settings?flat_settings=true", "PUT /orders | {}",
                  "POST /orders/_bulk | {\"index\":{}}\n{}\n", "POST /_refresh",
                  R"(PUT /_cluster/settings | {"persistent":{"cluster.metadata.drydock":"set-up"}})"));
  for (const std::string& request : server_->received()) {
    EXPECT_THAT(request, HasSubstr("Authorization: Basic ZWxhc3RpYzpzZWNyZXQ=\r\n"));
  }
  EXPECT_EQ(elastic.user(), "elastic");
  EXPECT_EQ(elastic.password().reveal(), "secret");
}

TEST_F(StoreTest, ElasticsearchLeavesAServerAloneThatWasSetUpBefore) {
  const Elasticsearch elastic{
      start(Elasticsearch::spec(search()),
            {ok("{}"), ok(R"({"persistent":{"cluster.metadata.drydock":"set-up"}})")})};
  EXPECT_EQ(requests().size(), 2U);
}

TEST_F(StoreTest, ElasticsearchShowsWhatABulkRefused) {
  const auto error = thrown_by<ContainerStartError>([&] {
    (void)Elasticsearch{
        start(Elasticsearch::spec(search()),
              {ok("{}"), ok("{}"), ok("{}"), ok(R"({"errors":true,"items":["mapper_parsing_exception"]})")})};
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'/orders/_bulk'"), HasSubstr("mapper_parsing_exception")));
}

TEST_F(StoreTest, ElasticsearchDeletesWhatIsNeitherHiddenNorManagedAndSetsUpAgain) {
  const std::string found = R"({"persistent":{"cluster.metadata.drydock":"set-up"}})";
  const Elasticsearch elastic{
      start(Elasticsearch::spec(search()),
            {ok("{}"), ok(found),  //
             ok(R"({"data_streams":[{"name":"logs-a"},{"name":".logs-own"},{"name":"logs-b"}]})"), ok("{}"),
             ok(R"([{"index":"orders"},{"index":".security-7"},{"index":"a b"}])"), ok("{}"),
             ok(R"({"index_templates":[{"name":"mine","index_template":{}},
              {"name":"logs","index_template":{"_meta":{"managed":true}}}]})"),
             ok("{}"), ok(R"({"component_templates":[{"name":"part","component_template":{"template":{}}},
              {"name":"logs@settings","component_template":{"_meta":{"managed":true}}}]})"),
             ok("{}"), ok(R"({"old":{},".monitoring":{}})"), ok("{}"),  //
             ok("{}"), ok("{}"), ok("{}")})};
  elastic.clean();
  const std::vector<std::string> all = requests();
  EXPECT_THAT(
      (std::vector<std::string>{all.begin() + 2, all.end()}),
      ElementsAre("GET /_data_stream", "DELETE /_data_stream/logs-a,logs-b",
                  "GET /_cat/indices?format=json&h=index&expand_wildcards=all", "DELETE /orders,a%20b",
                  "GET /_index_template", "DELETE /_index_template/mine", "GET /_component_template",
                  "DELETE /_component_template/part", "GET /_template", "DELETE /_template/old",
                  "PUT /orders | {}", "POST /orders/_bulk | {\"index\":{}}\n{}\n", "POST /_refresh"));
}

/// The specs of these images are ready only after a command in the container, which the engine here has not.
ContainerSpec without_commands(ContainerSpec spec) {
  spec.ready.resize(1, wait::Started{});
  return spec;
}

TEST_F(StoreTest, ClickHouseDropsEveryDatabaseButItsOwnForGood) {
  const ClickHouse clickhouse{start(without_commands(ClickHouse::spec()),
                                    {ok("Ok.\n"),
                                     ok("INFORMATION_SCHEMA\t24.8.1\napp\t24.8.1\ndefault\t24.8.1\n"
                                        "information_schema\t24.8.1\no`\\'dd\t24.8.1\nsystem\t24.8.1\n"),
                                     ok(), ok(), ok(), ok(), ok()})};
  clickhouse.clean();
  const std::vector<std::string> all = requests();
  EXPECT_THAT((std::vector<std::string>{all.begin() + 1, all.end()}),
              ElementsAre("POST /?database=system | SELECT name, version() FROM databases",
                          "POST /?database=system | DROP DATABASE `app` SYNC",
                          "POST /?database=system | DROP DATABASE `default` SYNC",
                          "POST /?database=system | DROP DATABASE `o\\`\\'dd` SYNC",
                          "POST /?database=system | CREATE DATABASE `default`",
                          "POST /?database=system | CREATE DATABASE `app`"));
  EXPECT_THAT(server_->received().back(), HasSubstr("Authorization: Basic YXBwOnRlc3QtcGFzc3dvcmQ=\r\n"));
}

TEST_F(StoreTest, ClickHouseAsksInItsDatabaseAndShowsTheServersWords) {
  const ClickHouse clickhouse{
      start(without_commands(ClickHouse::spec()),
            {ok("Ok.\n"), ok("1\n"), http_answer(400, "Code: 62. DB::Exception: Syntax error")})};
  EXPECT_EQ(clickhouse.query("SELECT 1"), "1\n");
  const auto error = thrown_by<Error>([&] { (void)clickhouse.query("SELEKT 1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("Syntax error"));
  EXPECT_THAT(requests()[1], "POST /?database=app | SELECT 1");
}

}  // namespace
}  // namespace drydock::fixtures

// How the Mongo fixture speaks with its mongosh, with a program in mongosh's place that keeps what it is
// told.
#include "drydock/fixtures/mongo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest/matchers.h"

#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers as mongosh does whose input is no terminal: a prompt before each line that it takes, and no echo.
constexpr const char* kMongosh = R"sh(#!/bin/sh
[ "$*" = '--nodb --norc --quiet' ] || { echo "$*" >>/tmp/evaluated; exit 0; }
echo started >>/tmp/asked
printf '> '
while read -r line; do
  echo "$line" >>/tmp/asked
  mark=$(echo "$line" | sed "s/.*print('.n\([0-9a-f]*\).*/\1/")
  verdict=
  case "$line" in
    try*) verdict=$(cat /tmp/refusal 2>/dev/null || echo ok) ;;
  esac
  printf '\n%s%s\n\n> ' "$mark" "${verdict:+ $verdict}"
done
)sh";

constexpr const char* kMongorestore = R"sh(#!/bin/sh
echo "restored as $5" >>/tmp/restored
[ ! -e /tmp/no-archive ] || { echo 'Failed: no such archive' >&2; exit 1; }
)sh";

Mongo start(const MongoOptions& options = {}) {
  ContainerSpec spec = Mongo::spec(options);
  spec.image = "drydock-test/web:1";
  spec.command = {"sleep", "600"};
  spec.files = {{.path = "/bin/mongosh", .content = kMongosh, .mode = 0755},
                {.path = "/bin/mongorestore", .content = kMongorestore, .mode = 0755}};
  spec.ready.clear();
  return Mongo{TestContainer{std::move(spec)}};
}

std::string content(const Mongo& mongo, const std::string& path) {
  return mongo.container().exec({"cat", path}).out;
}

TEST(MongoTest, DropsTheDatabasesByOneMongoshThatStays) {
  const Mongo mongo = start({.password = "p@ss word"});
  mongo.clean();
  mongo.clean();
  const std::string asked = content(mongo, "/tmp/asked");
  EXPECT_THAT(
      asked,
      AllOf(HasSubstr("connect('mongodb://' + encodeURIComponent(process.env.MONGO_INITDB_ROOT_USERNAME)"),
            HasSubstr("dropDatabase()"), Not(HasSubstr("p@ss"))));
  EXPECT_EQ(asked.find("started"), asked.rfind("started"));
  EXPECT_THAT(mongo.container().exec({"test", "-e", "/tmp/restored"}), Not(Succeeded()))
      << "no script wrote anything";
}

TEST(MongoTest, PutsBackWhatTheInitScriptsWrote) {
  const Mongo mongo = start({.init = {{.path = "1.js", .content = "db.orders.insertOne({})"}}});
  mongo.clean();
  EXPECT_EQ(content(mongo, "/tmp/restored"), "restored as root\n");
  ASSERT_THAT(mongo.container().sh("touch /tmp/no-archive"), Succeeded());
  const auto error = thrown_by<Error>([&] { mongo.clean(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("no such archive"));
}

TEST(MongoTest, ShowsTheServersWordsOfARefusal) {
  const Mongo mongo = start();
  ASSERT_THAT(mongo.container().sh("echo 'not authorized on app' >/tmp/refusal"), Succeeded());
  const auto error = thrown_by<Error>([&] { mongo.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("not authorized on app"));
}

TEST(MongoTest, KnowsItsAddressFromItsContainer) {
  const Mongo mongo = start({.user = "me", .password = "p@ss", .database = "orders"});
  EXPECT_EQ(mongo.url(),
            "mongodb://me:p%40ss@" + mongo.address() + "/orders?authSource=admin&directConnection=true");
  EXPECT_EQ(mongo.url("other"),
            "mongodb://me:p%40ss@" + mongo.address() + "/other?authSource=admin&directConnection=true");
  EXPECT_THAT(mongo.mongosh("db.orders.countDocuments()"), Succeeded());
  EXPECT_THAT(content(mongo, "/tmp/evaluated"),
              AllOf(HasSubstr("127.0.0.1:27017/orders"), HasSubstr("countDocuments")));
}

TEST(MongoTest, SaysAtOnceThatTheServerDied) {
  Mongo mongo = start();
  mongo.clean();
  mongo.container().kill();
  const auto error = thrown_by<EngineError>([&] { mongo.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
}

}  // namespace
}  // namespace drydock::fixtures

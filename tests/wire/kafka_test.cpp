// The Kafka fixture against servers that follow a script: what is put into the container, what is asked of
// the broker, byte by byte, and what is made of its answers.
#include "drydock/fixtures/kafka.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_engine.h"
#include "support/scripted_server.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The size before a message.
std::string framed(const std::string& message) {
  const auto size = message.size();
  return "\0\0"s + static_cast<char>(size >> 8) + static_cast<char>(size & 0xff) + message;
}

/// A request's head: key, version, correlation id, client id.
std::string head(char key, char version, char id) {
  return "\0"s + key + "\0"s + version + "\0\0\0"s + id +
         "\0\x07"
         "drydock"s;
}

std::string metadata_request(char id) {
  return framed(head(3, 4, id) + "\xff\xff\xff\xff\0"s);
}

std::string topic(const std::string& name, bool internal) {
  return "\0\0\0"s + static_cast<char>(name.size()) + name + static_cast<char>(internal ? 1 : 0) +
         "\0\0\0\1"s  // one partition
         "\0\0"
         "\0\0\0\0"
         "\0\0\0\1"  // no error, the first, its leader
         "\0\0\0\1"
         "\0\0\0\1"
         "\0\0\0\1"
         "\0\0\0\1"s;  // one replica, which is in sync
}

/// The broker's answer, which names itself at `port` of this machine.
std::string metadata(char id, std::uint16_t port, const std::vector<std::string>& topics) {
  std::string all;
  for (const std::string& one : topics) {
    all += one;
  }
  return framed("\0\0\0"s + id + "\0\0\0\0"s +  // throttle time
                "\0\0\0\1"
                "\0\0\0\1"
                "\0\x09"
                "127.0.0.1"
                "\0\0"s +  // one broker
                static_cast<char>(port >> 8) +
                static_cast<char>(port & 0xff) +  //
                "\xff\xff"
                "\0\4"
                "abcd"
                "\0\0\0\1"
                "\0\0\0"s +  // no rack; cluster, controller
                static_cast<char>(topics.size()) +
                all);
}

std::string each_answer(char id, const std::string& name, char error) {
  return framed("\0\0\0"s + id +
                "\0\0\0\0"
                "\0\0\0\1"s +
                "\0"s + static_cast<char>(name.size()) + name + "\0"s + error);
}

/// Takes a request of that size, and answers.
void expect(ServerScript& script, std::size_t size, const std::string& answer) {
  script.push_back(ServerStep::receive(size));
  script.push_back(ServerStep::send(answer));
}

class KafkaWireTest : public ::testing::Test {
 protected:
  KafkaWireTest() { engine_->container_port = 9092; }

  /// Returns the fixture of a container whose broker is the server, without the wait for it.
  Kafka kafka_at(const ScriptedServer& server) {
    engine_->published_port = server.endpoint().port;
    ContainerSpec spec = Kafka::spec();
    spec.ready.clear();
    return Kafka{TestContainer{std::move(spec), client_of(engine_)}};
  }

  static const wait::Custom& condition(const ContainerSpec& spec, std::size_t index) {
    return *spec.ready.at(index).get_if<wait::Custom>();
  }

  std::shared_ptr<FakeEngine> engine_{std::make_shared<FakeEngine>()};
};

TEST_F(KafkaWireTest, IsReadyWhenItNamesTheAddressAtWhichItIsReached) {
  // The port is known only when the server stands: the first server tells where the second is not.
  const ScriptedServer other{{}, ScriptedServer::Socket::Tcp};
  ServerScript script;
  expect(script, metadata_request(1).size(), metadata(1, other.endpoint().port, {}));
  const ScriptedServer server{{script}, ScriptedServer::Socket::Tcp};
  const Kafka kafka = kafka_at(server);
  const ContainerSpec spec = Kafka::spec();
  const auto error = thrown_by<Error>([&] { (void)condition(spec, 1).ready(kafka.container()); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr(kafka.bootstrap_servers()),
                                   HasSubstr("127.0.0.1:" + std::to_string(other.endpoint().port))));
  EXPECT_THAT(server.received(), ElementsAre(metadata_request(1)));
}

TEST_F(KafkaWireTest, PutsTheAddressInWhenTheContainerWaitsForIt) {
  const ScriptedServer server{{}, ScriptedServer::Socket::Tcp};
  const Kafka kafka = kafka_at(server);
  const ContainerSpec spec = Kafka::spec();
  engine_->clear_lines();
  engine_->refuse("PUT /containers", 404, "Could not find the file /tmp/drydock-kafka in container");
  EXPECT_FALSE(condition(spec, 0).ready(kafka.container()));
  EXPECT_TRUE(condition(spec, 0).ready(kafka.container()));
  EXPECT_THAT(engine_->lines(), ElementsAre("PUT /containers/ID/archive", "PUT /containers/ID/archive"));
}

TEST_F(KafkaWireTest, DeletesGroupsAndTopicsButNotKafkasOwn) {
  const std::string groups = framed(head(16, 1, 2));
  const std::string delete_groups = framed(head(42, 0, 3) +
                                           "\0\0\0\1"
                                           "\0\5"
                                           "clerk"s);
  const std::string delete_topics = framed(head(20, 1, 4) +
                                           "\0\0\0\1"
                                           "\0\6"
                                           "orders"s +
                                           "\0\0\x75\x30"s);
  ServerScript script;
  expect(script, metadata_request(1).size(),
         metadata(1, 9092, {topic("__consumer_offsets", true), topic("orders", false)}));
  expect(script, groups.size(),
         framed("\0\0\0\2"
                "\0\0\0\0"
                "\0\0"
                "\0\0\0\1"
                "\0\5"
                "clerk"
                "\0\x08"
                "consumer"s));
  expect(script, delete_groups.size(), each_answer(3, "clerk", 69));  // gone by now
  expect(script, delete_topics.size(), each_answer(4, "orders", 0));
  expect(script, metadata_request(5).size(), metadata(5, 9092, {topic("__consumer_offsets", true)}));
  const ScriptedServer server{{script}, ScriptedServer::Socket::Tcp};
  kafka_at(server).clean();
  EXPECT_THAT(server.received(),
              ElementsAre(metadata_request(1), groups, delete_groups, delete_topics, metadata_request(5)));
}

TEST_F(KafkaWireTest, AsksForNoGroupsWhereThereNeverWasOne) {
  ServerScript script;
  expect(script, metadata_request(1).size(), metadata(1, 9092, {}));
  const ScriptedServer server{{script}, ScriptedServer::Socket::Tcp};
  kafka_at(server).clean();
  EXPECT_EQ(server.received().size(), 1U);
}

TEST_F(KafkaWireTest, SaysWhichGroupIsStillInUse) {
  ServerScript script;
  expect(script, metadata_request(1).size(), metadata(1, 9092, {topic("__consumer_offsets", true)}));
  expect(script, framed(head(16, 1, 2)).size(),
         framed("\0\0\0\2"
                "\0\0\0\0"
                "\0\0"
                "\0\0\0\1"
                "\0\5"
                "clerk"
                "\0\x08"
                "consumer"s));
  expect(script, framed(head(42, 0, 3)).size() + 11, each_answer(3, "clerk", 68));
  const ScriptedServer server{{script}, ScriptedServer::Socket::Tcp};
  const Kafka kafka = kafka_at(server);
  const auto error = thrown_by<Error>([&] { kafka.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'clerk'"), HasSubstr("NON_EMPTY_GROUP")));
}

TEST_F(KafkaWireTest, SaysThatSomethingElseListens) {
  ServerScript script;
  expect(script, metadata_request(1).size(), "HTTP/1.1 400 Bad Request\r\n\r\n");
  const ScriptedServer server{{script}, ScriptedServer::Socket::Tcp};
  const Kafka kafka = kafka_at(server);
  const auto error = thrown_by<ProtocolError>([&] { kafka.clean(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("HTTP/1.1"));
}

TEST_F(KafkaWireTest, RefusesAnAnswerThatIsShorterThanItSays) {
  ServerScript script;
  expect(script, metadata_request(1).size(),
         framed("\0\0\0\1"
                "\0\0\0\0"
                "\0\0\0\x7f"s));
  const ScriptedServer server{{script}, ScriptedServer::Socket::Tcp};
  const Kafka kafka = kafka_at(server);
  EXPECT_THROW(kafka.clean(), ProtocolError);
}

TEST_F(KafkaWireTest, SaysAtOnceThatTheContainerDied) {
  const ScriptedServer server{{{ServerStep::receive(1)}}, ScriptedServer::Socket::Tcp};
  const Kafka kafka = kafka_at(server);
  engine_->exits_at_start = true;  // by now it has ended
  const auto error = thrown_by<EngineError>([&] { kafka.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
}

}  // namespace
}  // namespace drydock::fixtures

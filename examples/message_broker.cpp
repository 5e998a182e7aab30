// A queue of work under test, on a real RabbitMQ that the suite shares: each test has a vhost of its own,
// with the topology that the definitions declare.
//
// What to look at: the broker takes seconds to start, and starts once; fresh_vhost() takes a fraction of one.
// A test may leave messages, queues and connections behind: they go with its vhost.
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <memory>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/fixtures/rabbitmq.h"
#include "drydock/gtest/services.h"

using namespace drydock;

namespace {

/// What is tested: orders that wait to be packed, over AMQP.
class PackingQueue {
 public:
  explicit PackingQueue(std::string url) {
    amqp_connection_info to{};
    amqp_parse_url(url.data(), &to);
    amqp_socket_t* const socket = amqp_tcp_socket_new(connection_.get());
    require(amqp_socket_open(socket, to.host, to.port) == AMQP_STATUS_OK, "no connection");
    require(
        amqp_login(connection_.get(), to.vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, to.user, to.password)
                .reply_type == AMQP_RESPONSE_NORMAL,
        "no login");
    amqp_channel_open(connection_.get(), 1);
  }

  void add(std::string order) {
    require(amqp_basic_publish(connection_.get(), 1, amqp_cstring_bytes("orders"), amqp_cstring_bytes("paid"),
                               false, false, nullptr, {order.size(), order.data()}) == AMQP_STATUS_OK,
            "not published");
  }
  /// Returns the next order, or "" when there is none.
  std::string next() {
    const amqp_rpc_reply_t reply = amqp_basic_get(connection_.get(), 1, amqp_cstring_bytes("packing"), true);
    require(reply.reply_type == AMQP_RESPONSE_NORMAL, "no such queue");
    if (reply.reply.id != AMQP_BASIC_GET_OK_METHOD) {
      return "";
    }
    amqp_message_t message{};
    amqp_read_message(connection_.get(), 1, &message, 0);
    std::string order{static_cast<const char*>(message.body.bytes), message.body.len};
    amqp_destroy_message(&message);
    return order;
  }

 private:
  static void require(bool holds, const char* what) {
    if (!holds) {
      throw std::runtime_error(what);
    }
  }

  std::unique_ptr<amqp_connection_state_t_, decltype(&amqp_destroy_connection)> connection_{
      amqp_new_connection(), &amqp_destroy_connection};
};

/// The suite's broker: what the operators declare in production.
struct Broker : fixtures::RabbitMq {
  using RabbitMq::RabbitMq;
  static Options options() {
    return {.definitions = R"({
        "exchanges": [{"name": "orders", "vhost": "/", "type": "topic", "durable": true,
                       "auto_delete": false, "internal": false, "arguments": {}}],
        "queues": [{"name": "packing", "vhost": "/", "durable": true, "auto_delete": false,
                    "arguments": {}}],
        "bindings": [{"source": "orders", "vhost": "/", "destination": "packing",
                      "destination_type": "queue", "routing_key": "paid", "arguments": {}}]})"};
  }
};

class PackingQueueTest : public SuiteService<Broker> {
 protected:
  fixtures::RabbitMqVhost vhost_{service().fresh_vhost()};
  PackingQueue queue_{vhost_.url()};
};

}  // namespace

TEST_F(PackingQueueTest, HandsOrdersOutInTheirOrder) {
  queue_.add("anchor");
  queue_.add("keel");
  PackingQueue packer{vhost_.url()};
  std::string first;
  for (int tries = 0; first.empty() && tries < 10000; ++tries) {
    first = packer.next();  // the broker tells nobody when it has routed a message
  }
  EXPECT_EQ(first, "anchor");
}

// The other test's second order is not here: it went with its vhost.
TEST_F(PackingQueueTest, IsEmptyAtFirst) {
  EXPECT_EQ(queue_.next(), "");
}

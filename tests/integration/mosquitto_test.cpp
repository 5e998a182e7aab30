// The Mosquitto fixture on a real broker, through libmosquitto.
#include "drydock/fixtures/mosquitto.h"

#include <map>
#include <memory>
#include <mosquitto.h>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new ServiceImage{MosquittoOptions{}.image});

constexpr int kPatience = 10'000;  // ms
constexpr int kAtLeastOnce = 1;

/// Begins and ends the library.
class Library final : public ::testing::Environment {
 public:
  void SetUp() override { mosquitto_lib_init(); }
  void TearDown() override { mosquitto_lib_cleanup(); }
};
const auto* const kLibrary = ::testing::AddGlobalTestEnvironment(new Library);

/// A client whose network loop runs only while it is asked something.
class Mqtt {
 public:
  struct Settings {
    std::string id{};
    bool clean_session{true};
    std::string certificate_file{};
    std::string password{};  ///< in place of the right one
  };

  explicit Mqtt(const Mosquitto& broker) : Mqtt(broker, Settings{}) {}
  Mqtt(const Mosquitto& broker, const Settings& settings)
      : client_(
            mosquitto_new(settings.id.empty() ? nullptr : settings.id.c_str(), settings.clean_session, this),
            &mosquitto_destroy) {
    if (!broker.user().empty()) {
      const std::string password = settings.password.empty() ? broker.password().reveal() : settings.password;
      mosquitto_username_pw_set(client_.get(), broker.user().c_str(), password.c_str());
    }
    if (!settings.certificate_file.empty()) {
      mosquitto_tls_set(client_.get(), settings.certificate_file.c_str(), nullptr, nullptr, nullptr, nullptr);
      mosquitto_tls_insecure_set(client_.get(), true);
    }
    mosquitto_connect_with_flags_callback_set(client_.get(), [](mosquitto*, void* self, int code, int flags) {
      static_cast<Mqtt*>(self)->answer_ = mosquitto_connack_string(code);
      static_cast<Mqtt*>(self)->had_session_ = (flags & 1) != 0;
    });
    mosquitto_message_callback_set(
        client_.get(), [](mosquitto*, void* self, const mosquitto_message* message) {
          static_cast<Mqtt*>(self)->received_[message->topic] = std::string{
              static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)};
        });
    mosquitto_publish_callback_set(
        client_.get(), [](mosquitto*, void* self, int) { ++static_cast<Mqtt*>(self)->acknowledged_; });
    mosquitto_subscribe_callback_set(client_.get(), [](mosquitto*, void* self, int, int, const int*) {
      ++static_cast<Mqtt*>(self)->acknowledged_;
    });
    const int status = mosquitto_connect(client_.get(), broker.host().c_str(), broker.port(), 60);
    answer_ = status == MOSQ_ERR_SUCCESS ? "" : mosquitto_strerror(status);
    run_until([this] { return !answer_.empty(); });
  }

  /// What the broker said to the login.
  [[nodiscard]] const std::string& answer() const { return answer_; }
  [[nodiscard]] bool had_session() const { return had_session_; }

  void publish(const std::string& topic, const std::string& message, bool retain = false) {
    const int before = acknowledged_;
    mosquitto_publish(client_.get(), nullptr, topic.c_str(), static_cast<int>(message.size()), message.data(),
                      kAtLeastOnce, retain);
    run_until([&] { return acknowledged_ > before; });
  }
  void subscribe(const std::string& topic) {
    const int before = acknowledged_;
    mosquitto_subscribe(client_.get(), nullptr, topic.c_str(), kAtLeastOnce);
    run_until([&] { return acknowledged_ > before; });
  }
  /// Returns what has come by the time that a message of its own came back, which is the last.
  std::map<std::string, std::string> received() {
    subscribe("end-of-received");
    publish("end-of-received", "");
    run_until([this] { return received_.contains("end-of-received"); });
    std::map<std::string, std::string> all = std::exchange(received_, {});
    all.erase("end-of-received");
    return all;
  }
  /// Returns whether the connection still stands after a sign of life.
  bool alive() {
    mosquitto_publish(client_.get(), nullptr, "alive", 0, nullptr, kAtLeastOnce, false);
    const int before = acknowledged_;
    return run_until([&] { return acknowledged_ > before; });
  }

 private:
  template <class Condition>
  bool run_until(const Condition& met) {
    const Deadline deadline = Deadline::in(std::chrono::milliseconds{kPatience});
    while (!met()) {
      if (deadline.expired() || mosquitto_loop(client_.get(), 100, 1) != MOSQ_ERR_SUCCESS) {
        return met();
      }
    }
    return true;
  }

  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_;
  std::string answer_{};
  bool had_session_{false};
  int acknowledged_{0};
  std::map<std::string, std::string> received_{};
};

struct Orders : Mosquitto {
  using Mosquitto::Mosquitto;
  static Options options() { return {.user = "me", .password = "p@ss word"}; }
};

class MosquittoTest : public SuiteService<Orders> {};

TEST_F(MosquittoTest, IsReadyForTheFirstLoginAndCarriesMessages) {
  Mqtt client{service()};
  ASSERT_EQ(client.answer(), "Connection Accepted.");
  client.subscribe("orders/#");
  client.publish("orders/new", "1");
  EXPECT_THAT(client.received(), ElementsAre(Pair("orders/new", "1")));
}

TEST_F(MosquittoTest, ComesBackToCleanWhateverATestDid) {
  for (int i = 0; i < 3; ++i) {
    {
      Mqtt sleeper{service(), {.id = "sleeper", .clean_session = false}};
      EXPECT_FALSE(sleeper.had_session());
      sleeper.subscribe("orders/#");
    }
    Mqtt client{service()};
    client.publish("orders/retained", "old", true);
    client.publish("orders/queued", "old");
    {
      Mqtt sleeper{service(), {.id = "sleeper", .clean_session = false}};
      EXPECT_TRUE(sleeper.had_session()) << "the test must dirty what it cleans";
    }
    Mqtt witness{service()};
    witness.subscribe("#");
    EXPECT_THAT(witness.received(), ElementsAre(Pair("orders/retained", "old")));

    service().clean();

    EXPECT_FALSE(witness.alive()) << "who was connected is not any more";
    Mqtt again{service()};
    ASSERT_EQ(again.answer(), "Connection Accepted.");
    again.subscribe("#");
    EXPECT_THAT(again.received(), IsEmpty());
    Mqtt sleeper{service(), {.id = "sleeper", .clean_session = false}};
    EXPECT_FALSE(sleeper.had_session());
    EXPECT_THAT(sleeper.received(), IsEmpty());
    service().clean();
  }
}

TEST_F(MosquittoTest, RefusesWrongCredentialsInTheBrokersWords) {
  EXPECT_EQ(Mqtt(service(), {.password = "wrong"}).answer(), "Connection Refused: not authorised.");
}

TEST(MosquittoStartTest, NeedsNoUserTakesAConfigurationAndForgetsItsFile) {
  const Mosquitto broker{{.config = "persistence true\npersistence_location /mosquitto/data/\n"
                                    "autosave_interval 1\nautosave_on_changes true\n"}};
  Mqtt{broker}.publish("kept", "yes", true);
  EXPECT_THAT(broker.container().exec({"ls", "/mosquitto/data"}), Succeeded(StdoutIs("mosquitto.db\n")));
  broker.clean();
  Mqtt client{broker};
  client.subscribe("#");
  EXPECT_THAT(client.received(), IsEmpty());
}

TEST(MosquittoStartTest, KeepsItsFileOverARestart) {
  Mosquitto broker{{.config = "persistence true\npersistence_location /mosquitto/data/\n"}};
  Mqtt{broker}.publish("kept", "yes", true);
  broker.container().restart();
  EXPECT_EQ(broker.container().inspect().state.exit_code, 0);
  Mqtt client{broker};
  client.subscribe("#");
  EXPECT_THAT(client.received(), ElementsAre(Pair("kept", "yes")));
  broker.clean();
  EXPECT_EQ(Mqtt{broker}.answer(), "Connection Accepted.");
}

TEST(MosquittoStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const Mosquitto broker{{.tls = signed_by_itself.files()}};
  Mqtt client{broker, {.certificate_file = signed_by_itself.certificate_file()}};
  ASSERT_EQ(client.answer(), "Connection Accepted.");
  client.publish("kept", "yes", true);
  broker.clean();
  Mqtt again{broker, {.certificate_file = signed_by_itself.certificate_file()}};
  again.subscribe("#");
  EXPECT_THAT(again.received(), IsEmpty());
}

TEST(MosquittoStartTest, ShowsTheBrokersWordsWhenTheConfigurationIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] { (void)Mosquitto{{.config = "nonsense 1"}}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("Unknown configuration variable \"nonsense\""));
}

TEST(MosquittoStartTest, EndsWithTheBrokerAndSaysAtOnceThatItDied) {
  Mosquitto broker;
  broker.clean();
  broker.container().exec_detached({"sh", "-c", "kill -KILL \"$(cat /tmp/drydock-broker)\""});
  EXPECT_EQ(broker.container().wait_exit(), 137);
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { broker.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

TEST(MosquittoStartTest, ServesAgainAfterAReset) {
  Mosquitto broker;
  broker.clean();
  broker.container().reset(reset::Recreate{});
  broker.clean();
  EXPECT_EQ(Mqtt{broker}.answer(), "Connection Accepted.");
}

TEST(MosquittoStartTest, SaysThatAnotherBrokerCannotBeCleaned) {
  ContainerSpec spec = Mosquitto::spec();
  spec.command = {"/usr/sbin/mosquitto", "-c", "/mosquitto/config/mosquitto.conf"};
  const Mosquitto broker{TestContainer{std::move(spec)}};
  const auto error = thrown_by<Error>([&] { broker.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("Mosquitto::spec()"));
}

}  // namespace
}  // namespace drydock::fixtures

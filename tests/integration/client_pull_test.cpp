// Pulls by a real engine from a real registry on this machine.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "docker/json.h"
#include "support/engine_test.h"
#include "support/local_registry.h"
#include "support/small_tar.h"
#include "support/thrown.h"
#include "transport/httplib_exchange.h"

namespace drydock {
namespace {

class ClientPullTest : public EngineTest {
 protected:
  static void SetUpTestSuite() { registry_ = std::make_unique<LocalRegistry>(); }
  static void TearDownTestSuite() { registry_.reset(); }

  [[nodiscard]] Images images() const { return client().images(); }

  /// Returns bytes that do not compress, so that there is something to download.
  static std::string noise(std::size_t size) {
    std::mt19937 source{std::random_device{}()};
    std::string bytes(size, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(source() & 0xFFU); });
    return bytes;
  }

  /// Makes a small image, pushes it to the registry and removes it from the engine. Returns its reference.
  std::string push_image() {
    const std::string name = registry_->host() + "/" + unique_name();
    send({.method = Method::Post,
          .target = "/v1.41/images/create?fromSrc=-&repo=" + name + ":1",
          .body = tar_of_file("noise", noise(3 << 20)),
          .content_type = "application/x-tar"});
    track_image(name + ":1");
    const std::string progress = send({.method = Method::Post,
                                       .target = "/v1.41/images/" + name + "/push?tag=1&tlsVerify=false",
                                       .headers = {{"X-Registry-Auth", "e30="}}});  // {}
    EXPECT_EQ(progress.find("\"error\""), std::string::npos) << progress;
    EXPECT_TRUE(images().remove(name + ":1"));
    return name + ":1";
  }

 private:
  /// Makes a call that the client does not have.
  std::string send(const Request& request) const {
    HttplibExchange exchange{client().endpoint()};
    const Response response = exchange.send(request, Deadline::in(std::chrono::minutes{2}));
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }

 protected:
  static inline std::unique_ptr<LocalRegistry> registry_{};
};

TEST_F(ClientPullTest, PullsWithProgress) {
  const std::string reference = push_image();
  ASSERT_FALSE(images().find(reference));
  std::vector<PullProgress> seen;
  images().pull(reference, {.on_progress = [&](const PullProgress& line) { seen.push_back(line); }});
  EXPECT_TRUE(images().find(reference));
  const auto is_complete = [](const PullProgress& line) {
    return !line.layer.empty() && line.status.find("omplete") != std::string::npos;
  };
  EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), is_complete));
}

TEST_F(ClientPullTest, PullsByDigest) {
  const std::string reference = push_image();
  images().pull(reference);
  const std::vector<std::string> digests = images().inspect(reference).digests;
  ASSERT_EQ(digests.size(), 1U);
  EXPECT_TRUE(images().remove(reference));
  EXPECT_FALSE(images().find(digests[0]));
  images().pull(digests[0]);
  track_image(digests[0]);
  EXPECT_TRUE(images().find(digests[0]));
}

TEST_F(ClientPullTest, TellsThatTheTagIsUnknown) {
  const std::string reference = push_image();
  const std::string unknown = reference.substr(0, reference.rfind(':')) + ":nosuch";
  const auto error = thrown_by<EngineError>([&] { images().pull(unknown); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::NotFound) << error->what();
  EXPECT_EQ(error->resource(), unknown);
}

TEST_F(ClientPullTest, TellsThatTheRepositoryIsUnknown) {
  const std::string unknown = registry_->host() + "/" + unique_name() + ":1";
  EXPECT_EQ(code_thrown_by([&] { images().pull(unknown); }), ErrorCode::NotFound);
}

TEST_F(ClientPullTest, TellsThatTheRegistryDoesNotAnswer) {
  const auto error = thrown_by<EngineError>([&] { images().pull("127.0.0.1:1/x:1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::PullFailed) << error->what();
  EXPECT_TRUE(error->retryable());
}

TEST_F(ClientPullTest, PassesOnWhatTheProgressSinkThrows) {
  const std::string reference = push_image();
  EXPECT_THROW(
      images().pull(reference, {.on_progress = [](const PullProgress&) { throw std::runtime_error("x"); }}),
      std::runtime_error);
  images().pull(reference);  // the client is none the worse
  EXPECT_TRUE(images().find(reference));
}

}  // namespace
}  // namespace drydock

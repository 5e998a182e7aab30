#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

constexpr const char* kVolume =
    R"({"CreatedAt":"2026-11-23T23:27:32Z","Driver":"local","Labels":{"a":"b"},)"
    R"("Mountpoint":"/var/lib/docker/volumes/dk-v/_data","Name":"dk-v","Options":null,"Scope":"local"})";
constexpr const char* kGone = R"({"message":"get dk-v: no such volume"})";

class VolumesTest : public testing::Test {
 protected:
  [[nodiscard]] Volumes volumes() const { return client_.volumes(); }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(VolumesTest, CreatesAndReadsTheAnswer) {
  engine_->answer(201, kVolume);
  const VolumeDetails volume = volumes().create(
      {.name = "dk-v", .driver = "local", .driver_options = {{"type", "tmpfs"}}, .labels = {{"a", "b"}}});
  EXPECT_EQ(engine_->only_request().target, "/v1.41/volumes/create");
  EXPECT_EQ(engine_->only_request().body,
            R"({"Driver":"local","DriverOpts":{"type":"tmpfs"},"Labels":{"a":"b"},"Name":"dk-v"})");
  EXPECT_EQ(volume.name, "dk-v");
  EXPECT_EQ(volume.driver, "local");
  EXPECT_EQ(volume.mountpoint, "/var/lib/docker/volumes/dk-v/_data");
  EXPECT_EQ(volume.created, "2026-11-23T23:27:32Z");
  EXPECT_EQ(volume.labels, (Labels{{"a", "b"}}));
}

TEST_F(VolumesTest, FindsNothingWhereInspectThrows) {
  engine_->answer(200, kVolume).answer(404, kGone).answer(404, kGone);
  EXPECT_EQ(volumes().find("dk-v")->name, "dk-v");
  EXPECT_FALSE(volumes().find("dk-v"));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(volumes().inspect("dk-v")); }), ErrorCode::NotFound);
  EXPECT_EQ(engine_->lines().front(), "GET /v1.41/volumes/dk-v");
}

TEST_F(VolumesTest, Lists) {
  engine_->answer(200, std::string{R"({"Warnings":null,"Volumes":[)"} + kVolume + "]}")
      .answer(200, R"({"Volumes":null})");
  EXPECT_EQ(volumes().list().size(), 1U);
  EXPECT_TRUE(volumes().list({"a=b"}).empty());
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{"GET /v1.41/volumes",
                                      "GET /v1.41/volumes?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D"}));
}

TEST_F(VolumesTest, Removes) {
  engine_->answer(204).answer(404, kGone).answer(409, R"({"message":"remove dk-v: volume is in use - [8]"})");
  EXPECT_TRUE(volumes().remove("dk-v"));
  EXPECT_FALSE(volumes().remove("dk-v", true));
  EXPECT_EQ(code_thrown_by([&] { volumes().remove("dk-v"); }), ErrorCode::Conflict);
  EXPECT_EQ(engine_->lines()[0], "DELETE /v1.41/volumes/dk-v?force=0");
  EXPECT_EQ(engine_->lines()[1], "DELETE /v1.41/volumes/dk-v?force=1");
}

}  // namespace
}  // namespace drydock

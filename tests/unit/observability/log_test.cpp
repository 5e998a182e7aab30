#include "drydock/observability/log.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace drydock::log {
namespace {

class LogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    set_sink([this](Level, std::string_view line) { lines_.emplace_back(line); });
    set_level(Level::Info);
  }
  void TearDown() override {
    set_sink(nullptr);
    set_level(Level::Warn);
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, DropsWhatIsBelowTheLevel) {
  debug("quiet");
  info("heard");
  EXPECT_EQ(lines_, std::vector<std::string>{"heard"});
}

TEST_F(LogTest, OffSilencesErrorsToo) {
  set_level(Level::Off);
  error("nobody hears");
  EXPECT_TRUE(lines_.empty());
}

TEST_F(LogTest, AThrowingSinkDisturbsNobody) {
  set_sink([](Level, std::string_view) { throw std::runtime_error("disk full"); });
  EXPECT_NO_THROW(error("x"));
}

}  // namespace
}  // namespace drydock::log

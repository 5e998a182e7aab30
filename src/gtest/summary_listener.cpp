#include "gtest/summary_listener.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/container_observer.h"
#include "container/shared_key.h"
#include "gtest/time_summary.h"

namespace drydock {
namespace {

bool is_asked_for() {
  const char* const set = std::getenv("DRYDOCK_SUMMARY");
  const std::string_view value = set == nullptr ? "" : set;
  if (!value.empty() && value != "0" && value != "1") {
    log::warn(
        fmt::format("DRYDOCK_SUMMARY is '{}'; set it to 1 for a summary, or to 0", text::printable(value)));
  }
  return value == "1";
}

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and never destroyed
class Counters final : public ContainerObserver {
 public:
  void on_phase(std::string_view name, std::string_view resource,
                std::chrono::nanoseconds duration) noexcept override {
    guarded([&] { summary.spent(name, resource, duration); });
  }

  void on_created(const std::string& name, const ContainerSpec& spec) noexcept override {
    guarded([&] { summary.created(name, spec.image, shared_key(spec, "")); });
  }

  TimeSummary summary{};

 private:
  template <typename Step>
  static void guarded(const Step& step) noexcept {
    try {
      step();
    } catch (const std::exception& error) {
      log::info(fmt::format("the summary misses something: {}", error.what()));
    }
  }
};

// Never destroyed: containers of static storage go after everything else.
Counters& counters() {
  static auto* const the_counters = new Counters;
  return *the_counters;
}

class SummaryListener : public ::testing::EmptyTestEventListener {
 public:
  void OnTestProgramStart(const ::testing::UnitTest& /*program*/) override {
    counters().summary.enter("(program)");
    observe_containers(&counters());
  }
  void OnTestSuiteStart(const ::testing::TestSuite& suite) override {
    counters().summary.enter(suite.name());
  }
  void OnEnvironmentsTearDownStart(const ::testing::UnitTest& /*program*/) override {
    counters().summary.enter("(program)");
  }
  void OnTestProgramEnd(const ::testing::UnitTest& /*program*/) override {
    const std::string text = counters().summary.text();
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }
};

}  // namespace

void append_summary_if_asked() {
  if (is_asked_for()) {
    ::testing::UnitTest::GetInstance()->listeners().Append(new SummaryListener);  // takes ownership
  }
}

}  // namespace drydock

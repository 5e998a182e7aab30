#include "drydock/gtest/listener.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "drydock/base/error.h"
#include "drydock/container/test_context.h"

#include "gtest/declared_images.h"
#include "gtest/evidence_report.h"
#include "gtest/failure.h"
#include "gtest/skips.h"
#include "gtest/summary_listener.h"
#include "gtest/totals.h"

namespace drydock {
namespace {

// GoogleTest writes through stdio; so the order is kept.
void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// A container that could not be started has its evidence in the exception's message already.
bool tells(const ::testing::TestPartResult& part, const Evidence& container) {
  return std::string_view{part.message()}.find(container.to_text()) != std::string_view::npos;
}

std::string skip_report(int skipped, int selected) {
  return skipped == selected
             ? fmt::format(
                   "Drydock: NOTHING WAS TESTED: no container engine answers, and "
                   "DRYDOCK_ENGINE=optional skipped all {} tests\n",
                   selected)
             : fmt::format(
                   "Drydock: no container engine answers, and DRYDOCK_ENGINE=optional skipped {} of {} "
                   "tests\n",
                   skipped, selected);
}

::testing::TestEventListeners& listeners() {
  return ::testing::UnitTest::GetInstance()->listeners();
}

// Appends the failure listener when the program starts. Not before: the printer that the command line asks
// for may be added after this one, and the evidence must come after the failure's message.
class AppendAtStart : public ::testing::EmptyTestEventListener {
 public:
  void OnTestProgramStart(const ::testing::UnitTest& /*program*/) override {
    if (!done_) {
      done_ = true;
      list_images_if_asked();
      listeners().Append(new FailureListener);  // takes ownership; is told of the start next
      append_summary_if_asked();
    }
  }

 private:
  bool done_{false};
};

}  // namespace

// Results may come from any thread; GoogleTest serialises them, but not with the other events.
struct FailureListener::State {
  std::mutex mutex;
  std::string scope{};      // what a failure is a failure of
  std::size_t recorded{0};  // containers among the scope's properties
  int skipped{0};           // tests, in all iterations

  // Names what runs from now on. The context's test is what containers are labelled with.
  void enter(std::string what, std::string test) {
    {
      const std::lock_guard lock{mutex};
      scope = std::move(what);
      recorded = 0;
    }
    set_test_context(TestContext{.test = std::move(test), .started = std::chrono::system_clock::now()});
  }
};

FailureListener::FailureListener() : state_(std::make_unique<State>()) {}

FailureListener::~FailureListener() = default;

void FailureListener::OnTestProgramStart(const ::testing::UnitTest& /*program*/) {
  state_->skipped = 0;
}

// A test that CTest knows from a build with other images would otherwise pass for want of a test.
void FailureListener::OnTestIterationStart(const ::testing::UnitTest& program, int /*iteration*/) {
  if (program.test_to_run_count() == 0 && was_replaced() && std::getenv("GTEST_TOTAL_SHARDS") == nullptr) {
    fail_current_test(
        "no test matches the filter, and DRYDOCK_IMAGES has put other images, and so other names of tests, "
        "in "
        "the place of those in the source: set it for the build, too, or let CTest run whole suites");
  }
}

void FailureListener::OnEnvironmentsSetUpStart(const ::testing::UnitTest& /*program*/) {
  state_->enter("the program's set-up", "");
}

void FailureListener::OnTestSuiteStart(const ::testing::TestSuite& suite) {
  state_->enter(std::string{"the set-up of "} + suite.name(), suite.name());
}

void FailureListener::OnTestStart(const ::testing::TestInfo& test) {
  const std::string name = std::string{test.test_suite_name()} + "." + test.name();
  state_->enter(name, name);
  take_skip();
  if (const std::optional<std::string> reason = reason_to_skip()) {
    note_skip();
    skip_current_test(*reason);  // keeps SetUp() and the body from running
  }
}

// Under GoogleTest's lock: nothing here may assert, nor ask UnitTest for the current test.
void FailureListener::OnTestPartResult(const ::testing::TestPartResult& part) {
  if (!part.failed()) {
    return;
  }
  std::vector<Evidence> evidence = failure_evidence();
  const std::lock_guard lock{state_->mutex};
  for (const Evidence& container : evidence) {
    record_properties(container, ++state_->recorded);
  }
  std::erase_if(evidence, [&](const Evidence& container) { return tells(part, container); });
  if (!evidence.empty()) {
    print(evidence_report(evidence, state_->scope));
  }
}

void FailureListener::OnTestEnd(const ::testing::TestInfo& test) {
  if (take_skip() && test.result()->Skipped()) {
    ++state_->skipped;
  }
  state_->enter(std::string{"the tear-down of "} + test.test_suite_name(), test.test_suite_name());
}

void FailureListener::OnEnvironmentsTearDownStart(const ::testing::UnitTest& /*program*/) {
  state_->enter("the program's tear-down", "");
}

void FailureListener::OnEnvironmentsTearDownEnd(const ::testing::UnitTest& /*program*/) {
  record_totals();  // the report is written next
}

void FailureListener::OnTestProgramEnd(const ::testing::UnitTest& program) {
  set_test_context(std::nullopt);
  if (state_->skipped > 0) {
    print(skip_report(state_->skipped, program.test_to_run_count()));
  }
}

bool install_listener() {
  static std::atomic<bool> is_installed{false};
  if (is_installed.exchange(true)) {
    return false;
  }
  listeners().Append(new AppendAtStart);  // takes ownership
  return true;
}

void install_drydock(int* argc, char** argv) {
  try {
    ::testing::InitGoogleMock(argc, argv);  // initialises GoogleTest, too, which makes the tests of matrices
  } catch (const InvalidArgumentError& error) {
    fmt::print(stderr, "drydock: {}\n", error.what());
    std::exit(EXIT_FAILURE);
  }
  install_listener();
}

}  // namespace drydock

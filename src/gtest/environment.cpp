#include "drydock/gtest/environment.h"

#include <utility>

#include "gtest/declared_images.h"
#include "gtest/listener_installed.h"
#include "gtest/skips.h"

namespace drydock {
namespace {

const ListenerInstalled installed;

// Nothing is worth starting when nothing is selected, or when an earlier environment failed: GoogleTest then
// runs no test.
bool tests_will_run() {
  const ::testing::UnitTest& program = *::testing::UnitTest::GetInstance();
  return program.test_to_run_count() > 0 && !program.ad_hoc_test_result().HasFatalFailure();
}

}  // namespace

ContainerEnvironment::ContainerEnvironment(ContainerSpec spec, SourceLocation where)
    : spec_(std::move(spec)), where_(where) {}

// An exception from here would end the run without a test and without TearDown(), and a skip would end it as
// passed.
void ContainerEnvironment::SetUp() {
  if (!tests_will_run()) {
    return;
  }
  kept_.set_up([this] { return spec_; }, where_);
  const EngineCheck& outcome = kept_.outcome();
  if (outcome.verdict == EngineCheck::Verdict::Skip) {
    skip_all_tests(outcome.message);
  } else {
    kept_.require();
  }
}

void ContainerEnvironment::TearDown() {
  skip_no_more_tests();
  kept_.tear_down();
}

ContainerEnvironment& add_container(ContainerSpec spec, SourceLocation where) {
  note_spec([spec] { return spec; });
  auto* const environment = new ContainerEnvironment(std::move(spec), where);
  ::testing::AddGlobalTestEnvironment(environment);  // takes ownership
  return *environment;
}

}  // namespace drydock

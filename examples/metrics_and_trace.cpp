// Where a suite spends its time: metrics as values and as text, a trace, and a log that tells of every call.
//
// What to look at: run it as `DRYDOCK_LOG=debug DRYDOCK_TRACE=trace.json ./metrics_and_trace`, and open
// trace.json at https://ui.perfetto.dev. What a Secret holds is in neither.
#include <chrono>
#include <iostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/secret.h"
#include "drydock/gtest.h"
#include "drydock/observability/metrics.h"
#include "drydock/observability/trace.h"

using namespace drydock;
using testing::HasSubstr;
using testing::Not;

class MetricsTest : public ContainerTest {};

TEST_F(MetricsTest, TellHowOftenAndHowLong) {
  const metrics::Snapshot before = metrics::snapshot();
  start({.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}});
  const metrics::Snapshot after = metrics::snapshot();

  EXPECT_EQ(after.total("drydock_objects_made", {{"kind", "container"}}) -
                before.total("drydock_objects_made", {{"kind", "container"}}),
            1);
  EXPECT_EQ(after.total("drydock_objects_leaked"), 0);
  const metrics::Durations starts = after.durations("drydock_phase_duration_seconds", {{"phase", "start"}});
  EXPECT_GE(starts.count, 1U);
  std::cout << "started in " << std::chrono::duration<double>{starts.sum}.count() << " s\n";
}

TEST_F(MetricsTest, TakeNumbersAndSpansOfYourOwn) {
  TestContainer& box = start({.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}});
  {
    const trace::Span span{"seed the database", "myapp"};
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(box.sh("echo seeded >/tmp/database"), Succeeded());
    metrics::counter("myapp_seeds", {{"table", "users"}}).add();
    metrics::histogram("myapp_seed_duration_seconds").observe(std::chrono::steady_clock::now() - begin);
  }
  EXPECT_THAT(metrics::open_metrics(), HasSubstr("myapp_seeds_total{table=\"users\"} 1\n"));
}

TEST_F(MetricsTest, AndErrorsShowNoSecrets) {
  const Secret password{"correct-horse-battery"};
  TestContainer& box = start({.image = "drydock-test/busybox:1",
                              .command = {"sleep", "1000"},
                              .env = {{"DB_PASSWORD", password.reveal()}}});
  try {
    box.exec({"sh", "-c", "login " + password.reveal() + "; sleep 1000"},
             {.timeout = std::chrono::milliseconds{300}});
    FAIL() << "the command ended";
  } catch (const ExecTimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("login ***"));
    EXPECT_THAT(error.what(), Not(HasSubstr("correct-horse-battery")));
  }
}

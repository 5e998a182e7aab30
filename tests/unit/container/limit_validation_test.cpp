#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "drydock/container/spec.h"

#include "spec_faults.h"

namespace drydock {
namespace {

using Spec = ContainerSpec;
using std::chrono::milliseconds;

TEST(LimitValidationTest, FindsNothingWrongWithPlainLimits) {
  expect_no_fault({
      [](Spec& s) { s.resources = {.memory_bytes = 6 << 20, .cpus = 0.01, .cpuset = "0"}; },
      [](Spec& s) { s.resources.cpuset = "0-2,4"; },
      [](Spec& s) {
        s.resources.ulimits = {{"nofile", 5, 5}, {"core", -1, -1}, {"nproc", 5, -1}};
      },
      [](Spec& s) {
        s.security = {.cap_add = {"ALL", "CAP_NET_ADMIN"}, .options = {"label=disable"}};
      },
      [](Spec& s) { s.security = {.no_new_privileges = false, .options = {"no-new-privileges:false"}}; },
      [](Spec& s) { s.healthcheck = {.argv = {"true"}, .interval = milliseconds{1}}; },
      [](Spec& s) { s.healthcheck = {.disable = true}; },
  });
  for (const char* signal : {"SIGINT", "TERM", "9", "64", "SIGRTMIN", "RTMIN+15", "SIGRTMAX-14"}) {
    EXPECT_TRUE(validate({.image = "i", .stop_signal = signal}).empty()) << signal;
  }
}

TEST(LimitValidationTest, ChecksResources) {
  expect_one_fault_each({
      {[](Spec& s) { s.resources.memory_bytes = (6 << 20) - 1; }, "memory_bytes '6291455'"},
      {[](Spec& s) { s.resources.memory_bytes = -1; }, "memory_bytes '-1'"},
      {[](Spec& s) { s.resources.cpus = std::nan(""); }, "resources.cpus"},
      {[](Spec& s) { s.resources.cpus = std::numeric_limits<double>::infinity(); }, "resources.cpus"},
      {[](Spec& s) { s.resources.cpus = -1; }, "resources.cpus '-1'"},
      {[](Spec& s) { s.resources.cpus = 0.001; }, "resources.cpus '0.001'"},
      {[](Spec& s) { s.resources.pids = -1; }, "resources.pids '-1'"},
      {[](Spec& s) { s.resources.shm_bytes = -1; }, "resources.shm_bytes '-1'"},
      {[](Spec& s) { s.resources.cpuset = "0-"; }, "cpuset '0-'"},
      {[](Spec& s) { s.resources.cpuset = "1,,2"; }, "cpuset '1,,2'"},
      {[](Spec& s) { s.resources.cpuset = "1-2-3"; }, "cpuset '1-2-3'"},
      {[](Spec& s) {
         s.resources.ulimits = {{"files", 1, 1}};
       },
       "ulimit 'files' is unknown"},
      {[](Spec& s) {
         s.resources.ulimits = {{"nofile", 2, 1}};
       },
       "soft limit '2' above the hard limit '1'"},
      {[](Spec& s) {
         s.resources.ulimits = {{"nofile", -1, 1}};
       },
       "soft limit '-1'"},
      {[](Spec& s) {
         s.resources.ulimits = {{"nofile", -2, 1}};
       },
       "ulimit 'nofile' is negative"},
      {[](Spec& s) {
         s.resources.ulimits = {{"nofile", 1, 1}, {"nofile", 2, 2}};
       },
       "'nofile' is set twice"},
  });
}

TEST(LimitValidationTest, ChecksSecurityAndStop) {
  expect_one_fault_each({
      {[](Spec& s) { s.security.cap_add = {"NET ADMIN"}; }, "cap_add 'NET ADMIN'"},
      {[](Spec& s) { s.security.cap_drop = {""}; }, "cap_drop ''"},
      {[](Spec& s) { s.security.options = {""}; }, "security option ''"},
      {[](Spec& s) { s.security.options = {std::string("a\0", 2)}; }, "security option 'a\\x00'"},
      {[](Spec& s) { s.security.options = {"no-new-privileges:false"}; }, "'no-new-privileges:false'"},
      {[](Spec& s) { s.stop_timeout = std::chrono::seconds{-1}; }, "stop_timeout '-1'"},
  });
  for (const char* signal : {"SIGTREM", "0", "65", "int", "SIGRTMIN+16", "RTMIN-1", "SIGINT ", "-9", "SIG"}) {
    EXPECT_EQ(validate({.image = "i", .stop_signal = signal}).size(), 1U) << signal;
  }
}

TEST(LimitValidationTest, ChecksTheHealthcheck) {
  expect_one_fault_each({
      {[](Spec& s) { s.healthcheck = {.argv = {"a"}, .shell = "b"}; }, "both argv and the shell command 'b'"},
      {[](Spec& s) { s.healthcheck = {.argv = {"a"}, .disable = true}; }, "disabled and configured"},
      {[](Spec& s) { s.healthcheck = {.argv = {""}}; }, "healthcheck argv"},
      {[](Spec& s) { s.healthcheck = {.shell = std::string("a\0", 2)}; }, "'a\\x00'"},
      {[](Spec& s) { s.healthcheck.interval = milliseconds{-1}; }, "healthcheck interval '-1'"},
      {[](Spec& s) { s.healthcheck.timeout = milliseconds{-1}; }, "healthcheck timeout '-1'"},
      {[](Spec& s) { s.healthcheck.start_period = milliseconds{-1}; }, "healthcheck start_period '-1'"},
      {[](Spec& s) { s.healthcheck.retries = -1; }, "healthcheck retries '-1'"},
  });
}

}  // namespace
}  // namespace drydock

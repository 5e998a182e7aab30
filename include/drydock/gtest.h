// Drydock for GoogleTest, in one include: containers in the scope of a test, a suite or the program, matchers
// for what they do, and their own words when a test fails. Link drydock::gtest_main (or drydock::gtest with a
// main() of your own).
#pragma once

#include "drydock/drydock.h"
#include "drydock/gtest/container_test.h"
#include "drydock/gtest/engine_policy.h"
#include "drydock/gtest/environment.h"
#include "drydock/gtest/listener.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/suite_container.h"

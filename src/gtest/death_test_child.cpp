#include "gtest/death_test_child.h"

#include <gtest/gtest.h>

namespace drydock {

bool in_death_test_child() {
#if GTEST_HAS_DEATH_TEST
  return !GTEST_FLAG_GET(internal_run_death_test).empty();
#else
  return false;
#endif
}

}  // namespace drydock

#include "gtest/death_test_child.h"

#include <gtest/gtest.h>

#include "drydock/container/test_context.h"

namespace drydock {

bool in_death_test_child() {
#if GTEST_HAS_DEATH_TEST
  if (!GTEST_FLAG_GET(internal_run_death_test).empty()) {
    set_child_of_parent_process();
    return true;
  }
#endif
  return false;
}

}  // namespace drydock

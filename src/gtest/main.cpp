// main() of test programs that link drydock::gtest_main.
#include <gtest/gtest.h>

#include "drydock/gtest/listener.h"

int main(int argc, char** argv) {
  drydock::install_drydock(&argc, argv);
  return RUN_ALL_TESTS();
}

#include "container/socket_table.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>

#include <gtest/gtest.h>

namespace drydock {
namespace {

int error_of_list(std::int64_t pid) {
  try {
    (void)SocketTable{pid}.list();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

// Its sockets are the test program's, and the machine's.
TEST(SocketTableTest, TheOwnNetworkIsRefused) {
  EXPECT_FALSE(SocketTable{::getpid()}.can_end());
  EXPECT_EQ(error_of_list(::getpid()), EINVAL);
}

TEST(SocketTableTest, AProcessThatIsNotThereIsAnError) {
  EXPECT_EQ(error_of_list(0x7fffffff), EACCES);
}

}  // namespace
}  // namespace drydock

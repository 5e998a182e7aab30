// One container for a whole ctest run: every test program that asks for the same spec gets the same
// container, which is started once and removed when ctest ends, however it ends.
//
// What to look at: nothing is configured, and each suite names what it needs as if it were alone. Under ctest
// with gtest_discover_tests() each test is a process of its own; they all meet in one container. Run by hand,
// as here, the run is this program. A test that leaves marks asks for a reset at attach, or keeps to names of
// its own.
#include "drydock/gtest/shared_container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;

namespace {

ContainerSpec store() {
  return {.image = "drydock-test/busybox:1",
          .command = {"sh", "-c", "mkdir /store; echo store: ready; exec sleep 1000"},
          .ready = {wait::LogLine{.contains = "store: ready"}}};
}

}  // namespace

// Suite scope over the run's container: attached to before the suite's first test, given back after its last.
struct Store {
  static ContainerSpec spec() { return store(); }
};

class OrdersTest : public SharedContainer<Store> {};

TEST_F(OrdersTest, AreStored) {
  EXPECT_THAT(container().sh("echo 1 > /store/orders"), Succeeded());
}

// It is borrowed: what would disturb the other tests of the run is refused.
TEST_F(OrdersTest, DoNotEndTheStore) {
  EXPECT_THROW(container().stop(), InvalidArgumentError);
}

// The same container, cleaned at attach. It is then held exclusively, so that it may be restarted, too.
struct CleanStore : Store {
  static SharedOptions options() { return {.reset = reset::Exec{.argv = {"sh", "-c", "rm -f /store/*"}}}; }
};

class CustomersTest : public SharedContainer<CleanStore> {};

TEST_F(CustomersTest, FindNoOrders) {
  EXPECT_THAT(container().exec({"test", "-e", "/store/orders"}), ExitedWith(1));
}

// Without a fixture: a guard like any other, whose end gives the container back.
TEST(InvoicesTest, ShareTheStoreToo) {
  const TestContainer shared = shared_container(store());
  const TestContainer again = shared_container(store());
  EXPECT_EQ(shared.id(), again.id());
  EXPECT_THAT(shared, IsRunning());
}

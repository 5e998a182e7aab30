// A suite in which each test has a container that no other test has used, at one address. The next one is
// created while a test runs.
#include <drydock/gtest.h>
#include <set>
#include <string>

using namespace drydock;

struct Web {
  static constexpr bool fresh_per_test = true;
  static ContainerSpec spec() {
    return {.image = "drydock-test/web:1",
            .ports = {8080},
            .ready = {wait::HttpOk{.path = "/health"}},
            .removal = Removal::Background,
            .standing_network = true};
  }
};

class FreshWeb : public SuiteContainer<Web> {
 protected:
  static inline std::set<std::string> ids, addresses;
};

TEST_F(FreshWeb, MaySpoilItsContainer) {
  ids.insert(container().id());
  addresses.insert(container().address(8080));
  EXPECT_THAT(container().sh("rm -r /www"), Succeeded());
}

TEST_F(FreshWeb, DoesNotSeeWhatAnotherSpoilt) {
  ids.insert(container().id());
  addresses.insert(container().address(8080));
  EXPECT_THAT(container().exec({"cat", "/www/index.html"}, {.mode = ExecMode::Fast}), Succeeded());
  EXPECT_EQ(ids.size(), 2U);        // another container
  EXPECT_EQ(addresses.size(), 1U);  // at the same address
}

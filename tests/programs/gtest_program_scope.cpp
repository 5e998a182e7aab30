// A test program whose containers belong to the program, with the main() of someone who knows GoogleTest
// only. PROGRAM_SCOPE=broken adds one that never gets ready. Run by tests of the GoogleTest layer.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "drydock/gtest.h"

namespace drydock {
namespace {

auto& box =
    add_container({.image = "drydock-test/busybox:1", .command = {"sleep", "600"}, .network_mode = "none"});

TEST(ProgramScope, First) {
  std::printf("BODY program %s\n", box->id().c_str());
  EXPECT_THAT(box->exec({"echo", "ok"}), Succeeded(StdoutIs("ok\n")));
}

TEST(ProgramScope, Second) {
  std::printf("BODY program %s\n", box.get().id().c_str());
}

TEST(ProgramScopeDeathTest, Threadsafe) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        std::fprintf(stderr, "dying\n");
        std::abort();
      },
      "dying");
  std::printf("BODY program %s\n", box->id().c_str());
}

TEST(ProgramScope, Fails) {
  std::printf("BODY program %s\n", box->id().c_str());
  FAIL() << "on purpose";
}

}  // namespace
}  // namespace drydock

int main(int argc, char** argv) {
  const char* const variable = std::getenv("PROGRAM_SCOPE");
  if (variable != nullptr && std::string{variable} == "broken") {
    drydock::add_container({.image = "drydock-test/busybox:1",
                            .command = {"sh", "-c", "echo last words; exit 9"},
                            .network_mode = "none",
                            .ready = {drydock::wait::LogLine{.contains = "never"}}});
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

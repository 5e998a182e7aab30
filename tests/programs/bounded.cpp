// Starts a container as soon as DRYDOCK_MAX_CONTAINERS lets it. "once FILE" has it for a moment, and writes a
// line into FILE before and after; "hold" says "up ID" and keeps it until the program is killed. Run by tests
// of the bound.
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include "drydock/drydock.h"

namespace {

void append(const char* path, std::string_view line) {
  const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  [[maybe_unused]] const ssize_t written = ::write(file, line.data(), line.size());
  ::close(file);
}

int run(const std::string& mode, const char* path) {
  const drydock::TestContainer box(
      {.image = "drydock-test/busybox:1", .command = {"sleep", "600"}, .network_mode = "none"});
  if (mode == "once") {
    append(path, "begin\n");
    box.exec({"sleep", "0.3"});
    append(path, "end\n");
    return 0;
  }
  std::printf("up %s\n", box.id().c_str());
  std::fflush(stdout);
  for (;;) {
    ::pause();
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
  } catch (const std::exception& error) {
    std::printf("error %s\n", error.what());
    return 1;
  }
}

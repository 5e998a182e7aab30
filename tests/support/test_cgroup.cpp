#include "support/test_cgroup.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "base/random.h"
#include "base/text.h"

namespace drydock {
namespace {

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path};
  file << text << std::flush;
  if (!file) {
    throw std::runtime_error("cannot write '" + text + "' to '" + path + "': " + std::strerror(errno));
  }
}

// Version 1 has the controller under a mount of its own, version 2 all in one.
bool is_version_1() {
  return std::filesystem::exists("/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

}  // namespace

TestCgroup::TestCgroup(std::int64_t memory_bytes)
    : path_(std::string{is_version_1() ? "/sys/fs/cgroup/memory/" : "/sys/fs/cgroup/"} + "drydock-test-" +
            random_hex(6)) {
  if (!is_version_1()) {
    write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
  }
  if (::mkdir(path_.c_str(), 0755) != 0) {
    throw std::runtime_error("cannot make the control group '" + path_ + "': " + std::strerror(errno));
  }
  write_file(path_ + (is_version_1() ? "/memory.limit_in_bytes" : "/memory.max"),
             std::to_string(memory_bytes));
}

TestCgroup::~TestCgroup() {
  for (int attempt = 0; attempt < 1000 && ::rmdir(path_.c_str()) != 0 && errno == EBUSY; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

std::vector<std::string> TestCgroup::inside(const std::vector<std::string>& argv) const {
  return {"sh", "-c", "echo $$ > " + path_ + "/cgroup.procs && exec " + text::shell_join(argv)};
}

}  // namespace drydock

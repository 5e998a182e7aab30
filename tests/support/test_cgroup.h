// A control group with a limit on memory, for a process that is to be killed by the kernel. Needs root.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drydock {

/// Removed in the destructor; the processes in it must have ended by then.
class TestCgroup {
 public:
  /// Throws std::runtime_error when the control group cannot be made; the message says what is missing.
  explicit TestCgroup(std::int64_t memory_bytes);
  TestCgroup(const TestCgroup&) = delete;
  TestCgroup& operator=(const TestCgroup&) = delete;
  ~TestCgroup();

  /// Returns a command line that runs `argv` in the group.
  [[nodiscard]] std::vector<std::string> inside(const std::vector<std::string>& argv) const;

 private:
  std::string path_;
};

}  // namespace drydock

// What is made ahead of the test that it will serve, while another one runs: it does not carry that one's
// name.
#pragma once

#include <string>

namespace drydock {

/// While it lives, what the calling thread makes carries `whose` in the label drydock.test: the suite that it
/// is for; with an empty one it has no such label. On the stack; the innermost one counts.
class [[nodiscard]] MadeAhead {
 public:
  explicit MadeAhead(std::string whose = {});
  MadeAhead(const MadeAhead&) = delete;
  MadeAhead& operator=(const MadeAhead&) = delete;
  ~MadeAhead();

  /// Returns what the label drydock.test says of what the calling thread makes now: by the innermost
  /// MadeAhead, else by the test context. Empty: no label.
  [[nodiscard]] static std::string test();

 private:
  const std::string whose_;
  const MadeAhead* const outer_;
};

}  // namespace drydock

// A lock by name that processes of one user share: on a file in the state directory. The kernel gives it back
// when its holder dies, so that nobody has to clean up.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "drydock/base/deadline.h"

#include "base/unique_fd.h"

namespace drydock {

/// Holds the lock until its end, in the process that took it: a forked child's copy gives nothing back,
/// though the lock lasts until the child has ended, too. Each object has a lock of its own, also within one
/// process. Move-only; one thread at a time.
class StateLock {
 public:
  /// What becomes of the file: Keep for a lock that is taken again and again.
  enum class AtEnd { Keep, Remove };

  /// Takes the lock `name` when nobody holds it, and writes `note` into its file for those who want it, too;
  /// empty when another has it. Throws std::system_error when the file cannot be made.
  static std::optional<StateLock> try_take(const std::string& name, const std::string& note,
                                           AtEnd at_end = AtEnd::Keep);
  /// Like try_take(), of the first among `names` that is free, and waits for one until the deadline. Empty
  /// when there was none.
  static std::optional<StateLock> take_one_of(const std::vector<std::string>& names, const std::string& note,
                                              Deadline deadline, AtEnd at_end = AtEnd::Keep);
  /// Returns the note of the last one that took the lock; empty when there is none.
  static std::string note_of(const std::string& name);

  StateLock(StateLock&&) noexcept = default;
  StateLock& operator=(StateLock&&) = delete;
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;
  ~StateLock();

 private:
  StateLock(UniqueFd file, std::string path, AtEnd at_end);

  UniqueFd file_;
  std::string path_;
  AtEnd at_end_;
  pid_t process_;
};

}  // namespace drydock

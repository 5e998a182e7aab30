// Who owns an object of the engine: one process, told apart from every other that ever ran. Pid alone is not
// enough: pids are used again, and pid namespaces have the same ones. Linux only: read from /proc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace drydock {

struct Owner {
  std::string host{};             ///< the machine: its node name and a hash of its id
  std::string boot_id{};          ///< of the kernel that it runs under
  std::uint64_t pid_namespace{};  ///< inode of its pid namespace
  pid_t pid{};
  std::uint64_t start_time{};  ///< clock ticks after boot, field 22 of /proc/PID/stat

  /// Returns the identity of a process in this process's pid namespace; empty when there is none.
  static std::optional<Owner> of(pid_t pid);
  static Owner of_this_process();
  /// Returns the identity of the ctest that this process runs under; empty when there is none among its
  /// ancestors.
  static std::optional<Owner> test_runner();

  /// Parses what to_text() wrote; empty when it is something else.
  static std::optional<Owner> parse(std::string_view text);
  /// Returns "host:boot:namespace:pid:start", the value of the label drydock.owner.
  [[nodiscard]] std::string to_text() const;

  /// Returns whether all of it could be read: what is not complete tells no process from another.
  [[nodiscard]] bool is_complete() const noexcept;

  friend bool operator==(const Owner&, const Owner&) = default;
};

enum class Liveness {
  Alive,
  Dead,     ///< it runs no more, though its parent may not have waited for it yet; or the machine was booted
            ///< again since
  Unknown,  ///< another machine or pid namespace, or /proc does not say: not to be told from here
};

[[nodiscard]] Liveness liveness(const Owner& owner);

}  // namespace drydock

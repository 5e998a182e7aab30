// A Docker Engine of the test's own, which may be stopped and started again without harm to anybody else:
// dockerd with a bridge, directories, process file and socket of its own. Needs root, and the programs
// `dockerd` and `ip`.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

#include "drydock/transport/endpoint.h"

namespace drydock {

class SecondEngine {
 public:
  /// Starts the engine and waits until it answers, 60 s at most. Throws std::runtime_error with the end of
  /// its log when it does not, and when this process is not root's.
  SecondEngine();
  SecondEngine(const SecondEngine&) = delete;
  SecondEngine& operator=(const SecondEngine&) = delete;
  /// Ends the engine and what runs on it, and removes bridge and directories.
  ~SecondEngine();

  [[nodiscard]] Endpoint endpoint() const;

  /// Starts it again, with the objects that it had, without waiting for it to answer.
  void begin_start();
  /// Waits until it answers, 60 s at most.
  void await_start();
  /// Ends it in order (SIGTERM), with the containers that run on it.
  void stop();
  /// Ends it at once (SIGKILL): its containers run on.
  void kill();

  /// Copies an image from the engine that the tests use.
  void take_image(const std::string& reference) const;

 private:
  void end(int signal);
  void end_containerd() noexcept;
  void remove_all() noexcept;
  [[nodiscard]] std::string log_tail() const;

  std::filesystem::path directory_;
  std::string bridge_;
  pid_t pid_{-1};
};

}  // namespace drydock

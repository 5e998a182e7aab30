// A Unix socket that listens and never answers, and counts who connects: for tests that nobody does.
#pragma once

#include <string>

#include "base/unique_fd.h"
#include "support/scratch_directory.h"

namespace drydock {

class ListeningSocket {
 public:
  ListeningSocket();

  /// Returns its address as DOCKER_HOST wants it.
  [[nodiscard]] std::string host() const { return "unix://" + path_; }
  /// Returns how many connections have come since the last call, closed ones too. At most 8 are seen.
  [[nodiscard]] int connections() const;

 private:
  ScratchDirectory directory_{};
  std::string path_{directory_.path() / "engine.sock"};
  UniqueFd socket_;
};

}  // namespace drydock

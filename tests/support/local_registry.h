// A real image registry (Debian's docker-registry) on a free port of 127.0.0.1, for as long as the object
// lives. Docker takes registries on 127.0.0.0/8 without TLS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace drydock {

class LocalRegistry {
 public:
  /// Starts it and waits until it takes connections. Throws std::runtime_error, with the registry's own log,
  /// when it cannot be started or takes longer than 30 s.
  LocalRegistry();
  LocalRegistry(const LocalRegistry&) = delete;
  LocalRegistry& operator=(const LocalRegistry&) = delete;
  /// Ends the process and removes its files.
  ~LocalRegistry();

  /// Returns the part before the repository in an image reference: "127.0.0.1:40123".
  [[nodiscard]] std::string host() const;
  /// Returns what it has written so far: a line for each request that it has answered, and its errors.
  [[nodiscard]] std::string log() const;

 private:
  void start();
  void stop() noexcept;

  std::filesystem::path directory_{};
  std::uint16_t port_{0};
  pid_t pid_{-1};
};

}  // namespace drydock

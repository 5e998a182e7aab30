// A Podman of the test's own: its service on a socket in a scratch directory, with its own storage, networks
// and locks, so that it meets neither the machine's Podman nor its Docker. Needs root, and Debian's packages
// podman, runc, conmon and containernetworking-plugins.
#pragma once

#include <string>
#include <sys/types.h>

#include "drydock/docker/client.h"

#include "support/scratch_directory.h"

namespace drydock {

class PodmanEngine {
 public:
  /// Returns whether this process may run one.
  [[nodiscard]] static bool is_allowed();

  /// Starts the service and imports a busybox image, made from this machine's own. Throws std::runtime_error,
  /// with the service's words, when it cannot be started or takes longer than 60 s.
  PodmanEngine();
  PodmanEngine(const PodmanEngine&) = delete;
  PodmanEngine& operator=(const PodmanEngine&) = delete;
  /// Ends the service and removes its bridges and files. Its containers must be gone.
  ~PodmanEngine();

  [[nodiscard]] Client client() const;
  /// Returns what DOCKER_HOST says to reach it.
  [[nodiscard]] std::string url() const { return "unix://" + path("podman.sock"); }
  /// Returns the image with busybox and a shell.
  [[nodiscard]] static std::string image() { return "localhost/drydock/busybox:1"; }
  /// Returns the name of a network beside the default one, with a bridge and a gateway of its own.
  [[nodiscard]] static std::string other_network() { return "other"; }

 private:
  void write_configuration() const;
  void write_network(const std::string& name, int number) const;
  void import_image() const;
  void start();
  void stop() noexcept;
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> arguments) const;
  [[nodiscard]] std::string path(const char* name) const { return (scratch_.path() / name).string(); }
  [[nodiscard]] std::string bridge(int number) const { return "ddtest" + tag_ + std::to_string(number); }
  [[nodiscard]] std::string log() const;

  ScratchDirectory scratch_;
  std::string tag_;  // makes the names of the bridges unique
  int subnet_{0};    // 10.SUBNET.NUMBER.0/24
  pid_t service_{-1};
};

}  // namespace drydock

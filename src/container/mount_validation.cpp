// What is wrong with a spec's mounts and files.
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "container/spec_faults.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPermissionBits = 07777;

// Where engines answer: whoever reaches one of these from a container is root on the engine's machine.
std::vector<std::string> engine_sockets() {
  std::vector<std::string> sockets{"/var/run/docker.sock",
                                   "/run/docker.sock",
                                   "/run/podman/podman.sock",
                                   "/var/run/podman/podman.sock",
                                   fmt::format("/run/user/{}/docker.sock", ::getuid()),
                                   fmt::format("/run/user/{}/podman/podman.sock", ::getuid())};
  if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime == '/') {
    sockets.push_back(normal_path(std::string{runtime} + "/docker.sock"));
    sockets.push_back(normal_path(std::string{runtime} + "/podman/podman.sock"));
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    sockets.push_back(normal_path(std::string{home} + "/.docker/run/docker.sock"));
    sockets.push_back(normal_path(std::string{home} + "/.docker/desktop/docker.sock"));
  }
  constexpr std::string_view kScheme = "unix://";
  if (const char* host = std::getenv("DOCKER_HOST");
      host != nullptr && std::string_view{host}.rfind(kScheme, 0) == 0) {
    sockets.push_back(normal_path(std::string_view{host}.substr(kScheme.size())));
  }
  return sockets;
}

// Returns the path with symbolic links followed as far as it exists here.
std::string resolved(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return normal_path(error ? path : real.string());
}

// Tells a second name of the same file, such as a hard link. (std::filesystem::equivalent knows no sockets.)
bool same_file(const std::string& a, const std::string& b) {
  struct stat status_a {};
  struct stat status_b {};
  return ::stat(a.c_str(), &status_a) == 0 && ::stat(b.c_str(), &status_b) == 0 &&
         status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

// Returns the engine socket that a bind mount of `source` would hand to the container; empty when none.
std::string exposed_socket(const std::string& source) {
  const std::string real = resolved(source);
  for (const std::string& socket : engine_sockets()) {
    if (socket == normal_path(source) || resolved(socket) == real || same_file(socket, source)) {
      return socket;
    }
    std::error_code error;
    if (fs::exists(socket, error) && lies_in(resolved(socket), real)) {
      return socket;
    }
  }
  return {};
}

void check_bind(const Mount& mount, Faults& faults) {
  if (mount.source.empty() || mount.source.front() != '/') {
    faults.push_back(
        fmt::format("mount source {} is not an absolute path; write it from the root", quote(mount.source)));
    return;
  }
  std::error_code error;
  if (!mount.unchecked && !fs::exists(mount.source, error)) {
    faults.push_back(fmt::format(
        "mount source {} {}; make it first, or set unchecked when the engine is on another "
        "machine",
        quote(mount.source), error ? "cannot be examined (" + error.message() + ")" : "does not exist"));
    return;
  }
  if (mount.allow_engine_socket) {
    return;
  }
  if (const std::string socket = exposed_socket(mount.source); !socket.empty()) {
    faults.push_back(
        fmt::format("mount source {} hands the engine's socket {} to the container, and with it this "
                    "machine; set allow_engine_socket if that is wanted",
                    quote(mount.source), quote(socket)));
  }
}

void check_volume(const Mount& mount, Faults& faults) {
  if (!mount.source.empty() && !is_object_name(mount.source)) {
    faults.push_back(
        fmt::format("volume name {} is not of the form [a-zA-Z0-9][a-zA-Z0-9_.-]+; for a path use "
                    "Mount::bind",
                    quote(mount.source)));
  }
}

void check_tmpfs(const Mount& mount, Faults& faults) {
  if (!mount.source.empty()) {
    faults.push_back(fmt::format("tmpfs mount {} has the source {}; a tmpfs has none", quote(mount.target),
                                 quote(mount.source)));
  }
  if (mount.tmpfs_bytes < 0) {
    faults.push_back(fmt::format("tmpfs_bytes '{}' is negative; 0 means half of memory", mount.tmpfs_bytes));
  }
  if (mount.tmpfs_mode > kPermissionBits) {
    faults.push_back(fmt::format("tmpfs_mode '{:o}' has more than permission bits", mount.tmpfs_mode));
  }
}

void check_target(const Mount& mount, std::set<std::string>& seen, Faults& faults) {
  check_line("mount target", mount.target, faults);
  if (mount.target.empty() || mount.target.front() != '/') {
    faults.push_back(
        fmt::format("mount target {} is not an absolute path; write it from the root", quote(mount.target)));
    return;
  }
  const std::string target = normal_path(mount.target);
  if (target == "/") {
    faults.push_back(fmt::format("mount target {} is the root directory; mount under a directory of its own",
                                 quote(mount.target)));
  } else if (!seen.insert(target).second) {
    faults.push_back(fmt::format("mount target {} is used twice; keep one", quote(target)));
  }
}

void check_file_place(const std::string& path, const ContainerSpec& spec, Faults& faults) {
  for (const Mount& mount : spec.mounts) {
    if (mount.type == Mount::Type::Volume || !lies_in(path, normal_path(mount.target))) {
      continue;
    }
    // A tmpfs is mounted at the start, over what was copied; a bind mount would let the copy reach this
    // machine.
    faults.push_back(
        fmt::format("file {} lies under the {} mount {}; put it elsewhere, or into the mount's source",
                    quote(path), mount.type == Mount::Type::Tmpfs ? "tmpfs" : "bind", quote(mount.target)));
  }
}

}  // namespace

void check_mounts(const ContainerSpec& spec, Faults& faults) {
  std::set<std::string> targets;
  for (const Mount& mount : spec.mounts) {
    check_line("mount source", mount.source, faults);
    check_target(mount, targets, faults);
    switch (mount.type) {
      case Mount::Type::Bind:
        check_bind(mount, faults);
        break;
      case Mount::Type::Volume:
        check_volume(mount, faults);
        break;
      case Mount::Type::Tmpfs:
        check_tmpfs(mount, faults);
        break;
    }
  }
}

void check_files(const ContainerSpec& spec, Faults& faults) {
  std::set<std::string> seen;
  for (const File& file : spec.files) {
    check_line("file path", file.path, faults);
    if (file.path.empty() || file.path.front() != '/' || file.path.back() == '/') {
      faults.push_back(
          fmt::format("file path {} does not name a file from the root; write one such as '/etc/my.conf'",
                      quote(file.path)));
      continue;
    }
    const std::string path = normal_path(file.path);
    if (path != file.path) {
      faults.push_back(
          fmt::format("file path {} is not in normal form; write {}", quote(file.path), quote(path)));
    }
    if (!seen.insert(path).second) {
      faults.push_back(fmt::format("file path {} is used twice; keep one", quote(path)));
    }
    if (file.mode > kPermissionBits) {
      faults.push_back(fmt::format("file {} has the mode '{:o}', which has more than permission bits",
                                   quote(path), file.mode));
    }
    check_file_place(path, spec, faults);
  }
  if (!spec.files.empty() && spec.security.read_only_root) {
    faults.emplace_back(
        "files cannot be copied into a container with security.read_only_root; mount them instead");
  }
}

}  // namespace drydock

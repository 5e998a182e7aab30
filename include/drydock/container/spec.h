// What to run: a plain value, made with designated initialisers, copied and edited by assignment. The order
// of the fields is API.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/container/wait.h"
#include "drydock/docker/types.h"

namespace drydock {

/// A container's port and how the host publishes it: on 127.0.0.1 and a free port, unless said otherwise.
struct Port {
  std::uint16_t container{0};
  Protocol protocol{Protocol::Tcp};
  std::uint16_t host{0};             ///< 0: the engine chooses a free one
  std::string host_ip{"127.0.0.1"};  ///< "0.0.0.0" opens it to the network

  Port(std::uint16_t container_port,
       Protocol port_protocol = Protocol::Tcp,  // NOLINT(google-explicit-constructor)
       std::uint16_t host_port = 0, std::string ip = "127.0.0.1");

  /// Parses docker's `[[ip:]host:]container[/protocol]`, such as "8080:80", "53/udp", "[::1]:8080:80/tcp".
  /// Throws InvalidArgumentError naming the text and what is wrong with it.
  static Port parse(std::string_view text);
  /// Returns the shortest text from which parse() makes the same port, such as "80/tcp" or
  /// "0.0.0.0:8080:80/udp".
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Port&, const Port&) = default;
};

/// A bind mount, a named volume or a tmpfs.
struct Mount {
  enum class Type { Bind, Volume, Tmpfs };

  Type type{Type::Bind};
  /// Bind: absolute path that exists on this machine. Volume: its name; empty: an anonymous one, which is
  /// removed with the container. Tmpfs: empty.
  std::string source{};
  std::string target{};  ///< absolute path in the container
  bool read_only{false};
  std::int64_t tmpfs_bytes{0};      ///< Tmpfs: size limit; 0: half of memory
  unsigned tmpfs_mode{01777};       ///< Tmpfs: permission bits
  bool allow_engine_socket{false};  ///< Bind: the engine's own socket is refused unless this is set
  bool unchecked{false};            ///< Bind: do not check the source here, for an engine on another machine

  static Mount bind(std::string source, std::string target, bool read_only = false);
  static Mount volume(std::string name, std::string target, bool read_only = false);
  static Mount tmpfs(std::string target, std::int64_t bytes = 0);
  friend bool operator==(const Mount&, const Mount&) = default;
};

/// A file that is copied into the container before it starts. Missing parent directories are made.
struct File {
  std::string path{};  ///< absolute path in the container
  std::string content{};
  unsigned mode{0644};  ///< permission bits
  std::uint32_t uid{0}, gid{0};
  friend bool operator==(const File&, const File&) = default;
};

/// A network to join, by name or id.
struct NetworkJoin {
  std::string network{};
  std::vector<std::string> aliases{};  ///< names under which others on this network find it
  std::string ipv4{};                  ///< fixed address; empty: the engine chooses
  friend bool operator==(const NetworkJoin&, const NetworkJoin&) = default;
};

struct Ulimit {
  std::string name{};  ///< "nofile", "nproc", ...
  std::int64_t soft{0}, hard{0};
  friend bool operator==(const Ulimit&, const Ulimit&) = default;
};

/// Limits; 0 means the engine's default.
struct Resources {
  std::int64_t memory_bytes{0};  ///< at least 6 MiB (the engine refuses less)
  double cpus{0};                ///< 1.5: one and a half cores
  std::int64_t pids{0};
  std::int64_t shm_bytes{0};
  std::string cpuset{};  ///< "0-2,4"
  std::vector<Ulimit> ulimits{};
  friend bool operator==(const Resources&, const Resources&) = default;
};

struct Security {
  bool privileged{false};
  bool read_only_root{false};
  bool no_new_privileges{true};  ///< setuid programs gain nothing
  std::vector<std::string> cap_add{}, cap_drop{};
  std::vector<std::string> options{};  ///< docker's --security-opt, such as "seccomp=unconfined"
  friend bool operator==(const Security&, const Security&) = default;
};

/// Replaces the image's healthcheck. A zero duration means the engine's default.
struct Healthcheck {
  std::vector<std::string> argv{};  ///< run directly
  std::string shell{};              ///< run by the image's shell; one of the two
  std::chrono::milliseconds interval{0}, timeout{0}, start_period{0};
  int retries{0};
  bool disable{false};  ///< switch the image's own healthcheck off
  friend bool operator==(const Healthcheck&, const Healthcheck&) = default;
};

enum class RestartPolicy { No, OnFailure, Always, UnlessStopped };

enum class PullPolicy {
  Missing,  ///< pull when the engine does not have the image
  Always,   ///< ask the registry each time
  Never,    ///< fail when the engine does not have it
};

/// Lets the container reach services of the machine that the test runs on, as "host.docker.internal".
struct HostAccess {
  bool enabled{false};
  /// Environment variables to set, beside ContainerSpec::env; "{host}" stands for the host's name as seen
  /// from inside: {{"HOST_SERVICE_URL", "http://{host}:8000"}}.
  std::map<std::string, std::string> env{};
  friend bool operator==(const HostAccess&, const HostAccess&) = default;
};

/// Who waits for a container's removal.
enum class Removal {
  Inline,      ///< the guard's destructor returns when the container is gone
  Background,  ///< the destructor returns at once; what is still to remove is removed at the program's end
};

/// The image that a container was asked for, and the one that was taken by the rules of
/// image_substitution.h.
struct SubstitutedImage {
  std::string asked{}, used{};  ///< empty: the image stands for itself
  std::string rule{};           ///< "DRYDOCK_IMAGE_PREFIX", "images.map:3"
  friend bool operator==(const SubstitutedImage&, const SubstitutedImage&) = default;
};

struct ContainerSpec {
  std::string image{};     ///< reference; must be set; see image_substitution.h
  std::string name{};      ///< empty: made unique from session and nonce
  std::string platform{};  ///< "linux/arm64"; empty: the engine's own
  PullPolicy pull{PullPolicy::Missing};
  std::vector<std::string> command{};     ///< arguments; empty: the image's
  std::vector<std::string> entrypoint{};  ///< empty: the image's
  std::map<std::string, std::string> env{};
  std::string working_dir{};  ///< absolute
  std::string user{};         ///< "name", "uid", "uid:gid"
  std::string hostname{};
  std::vector<Port> ports{};
  std::vector<Mount> mounts{};
  std::vector<File> files{};
  std::string network_mode{};  ///< "none", "host", "bridge", "container:ID"; empty: the engine's default
  std::vector<NetworkJoin> networks{};  ///< user-defined networks; not together with network_mode
  std::map<std::string, std::string> extra_hosts{};  ///< host name → address or "host-gateway"
  std::vector<std::string> dns{}, dns_search{};
  bool init{false};  ///< run docker-init as PID 1: reaps zombies, forwards signals
  bool tty{false};
  Resources resources{};
  Security security{};
  Healthcheck healthcheck{};
  RestartPolicy restart{RestartPolicy::No};
  std::string stop_signal{};             ///< "SIGINT"; empty: the image's
  std::chrono::seconds stop_timeout{0};  ///< 0: the engine's default, 10 s
  Labels labels{};                       ///< keys that begin with "drydock." are Drydock's own and refused
  int log_tail{50};                      ///< lines shown when something fails
  std::vector<wait::Condition> ready{};  ///< all must be met, in order
  std::chrono::milliseconds ready_timeout{std::chrono::seconds{60}};  ///< whole, over all conditions
  std::chrono::milliseconds start_timeout{
      std::chrono::seconds{60}};  ///< whole, over create and start; a pull apart
  HostAccess host_access{};
  std::vector<std::string>
      after{};  ///< names of containers that must be ready first, where several are started
  Removal removal{Removal::Inline};
  bool keep{
      false};  ///< leave the container for a look: nothing of Drydock removes it but `drydock sweep --kept`
  std::string create_patch_json{};  ///< merged into the create body last, by RFC 7396: the way out
  SubstitutedImage substituted{};   ///< filled in by Drydock in the spec that a container was made from
  /// Keep the network over a reset that replaces the container: address, host name, published ports, joined
  /// networks and aliases stay, for a second, tiny container holds them. Not together with network_mode
  /// "none", "host" or "container:ID". Where the engine cannot do it the container starts without, with a
  /// warning in the log. See docs/reset.md.
  bool standing_network{false};
};

/// Returns every fault that would keep `spec` from working, one clause each; empty when there is none. Checks
/// bind sources on this machine's file system; sends nothing.
[[nodiscard]] std::vector<std::string> validate(const ContainerSpec& spec);

/// Returns the body of `POST /containers/create` for `spec`. Throws InvalidArgumentError with every fault at
/// once.
[[nodiscard]] std::string create_body(const ContainerSpec& spec);

/// Returns a `docker run` command line that starts the same thing by hand. Values of environment variables
/// whose names speak of secrets (PASS, SECRET, TOKEN, KEY, CREDENTIAL) are left out: the shell's own are
/// taken. What a command line cannot say (files, further networks, the patch) is named on a second line.
[[nodiscard]] std::string docker_run_line(const ContainerSpec& spec);

}  // namespace drydock

#include "support/podman_engine.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <linux/sockios.h>
#include <net/if.h>
#include <sstream>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"

#include "base/random.h"
#include "base/unique_fd.h"
#include "container/local_addresses.h"
#include "support/subprocess.h"

namespace drydock {
namespace {

constexpr int kNetworks = 2;
constexpr const char* kDefaultNetwork = "drydock";

// Begins anywhere, so that two runs at once, whose bridges do not stand yet, hardly choose the same.
int free_subnet() {
  constexpr int kFirst = 200;
  constexpr int kCount = 50;
  const int start = std::stoi(random_hex(1), nullptr, 16);
  for (int i = 0; i < kCount; ++i) {
    const int number = kFirst + (start + i) % kCount;
    if (!own_address_in(fmt::format("10.{}.0.0/16", number))) {
      return number;
    }
  }
  throw std::runtime_error("podman: every subnet that the test would take is in use");
}

// The bridge plugin leaves its bridge when the last container is gone.
void delete_bridge(const std::string& name) noexcept {
  const UniqueFd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) {
    return;  // it was never made
  }
  request.ifr_flags = static_cast<short>(request.ifr_flags & ~IFF_UP);
  ::ioctl(socket.get(), SIOCSIFFLAGS, &request);
  ::ioctl(socket.get(), SIOCBRDELBR, name.c_str());
}

/// Returns the processes of Podman and its monitor whose command line names `path`.
std::vector<pid_t> processes_naming(const std::string& path) {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", ignored}) {
    const std::string number = entry.path().filename();
    std::ostringstream words;
    words << std::ifstream{entry.path() / "cmdline"}.rdbuf();
    const std::string line = words.str();
    const std::string program = std::filesystem::path{line.c_str()}.filename();  // up to the first NUL
    if (number.find_first_not_of("0123456789") == std::string::npos &&
        (program == "conmon" || program == "podman") && line.find(path) != std::string::npos) {
      found.push_back(static_cast<pid_t>(std::stol(number)));
    }
  }
  return found;
}

std::string busybox() {
  for (const char* candidate : {"/bin/busybox", "/usr/bin/busybox"}) {
    if (std::filesystem::exists(candidate)) {
      return candidate;
    }
  }
  throw std::runtime_error("podman: there is no busybox for the image; install the package 'busybox-static'");
}

void run(const std::vector<std::string>& argv, const std::map<std::string, std::string>& env = {}) {
  const SubprocessResult result = run_subprocess(argv, env, std::chrono::seconds{120});
  if (result.exit_code != 0) {
    throw std::runtime_error(fmt::format("podman: '{}' failed: {}", argv.front(), result.output));
  }
}

}  // namespace

bool PodmanEngine::is_allowed() {
  return ::geteuid() == 0;
}

PodmanEngine::PodmanEngine() : tag_(random_hex(2)), subnet_(free_subnet()) {
  try {
    write_configuration();
    import_image();
    start();
  } catch (...) {
    stop();
    throw;
  }
}

PodmanEngine::~PodmanEngine() {
  stop();
}

Client PodmanEngine::client() const {
  return Client{Endpoint::parse(url())};
}

void PodmanEngine::write_configuration() const {
  for (const char* folder : {"root", "runroot", "tmp", "networks", "cni"}) {
    std::filesystem::create_directory(scratch_.path() / folder);
  }
  // The limits and the runtime: what a machine without systemd, and an old kernel interface, can do.
  std::ofstream{path("containers.conf")} << fmt::format(
      "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=4096:4096\"]\n"
      "[engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n"
      "lock_type = \"file\"\n"
      "[network]\nnetwork_backend = \"cni\"\ncni_plugin_dirs = [\"/usr/lib/cni\"]\n"
      "default_network = \"{}\"\n",
      kDefaultNetwork);
  write_network(kDefaultNetwork, 0);
  write_network(other_network(), 1);
}

// Without the plugins for published ports and the firewall: they would add to the machine's rules.
void PodmanEngine::write_network(const std::string& name, int number) const {
  std::ofstream{scratch_.path() / "networks" / (name + ".conflist")} << fmt::format(
      R"({{"cniVersion":"0.4.0","name":"{}","plugins":[{{"type":"bridge","bridge":"{}","isGateway":true,)"
      R"("ipMasq":false,"ipam":{{"type":"host-local","dataDir":"{}","routes":[{{"dst":"0.0.0.0/0"}}],)"
      R"("ranges":[[{{"subnet":"10.{}.{}.0/24","gateway":"10.{}.{}.1"}}]]}}}}]}})",
      name, bridge(number), path("cni"), subnet_, number, subnet_, number);
}

std::vector<std::string> PodmanEngine::command(std::vector<std::string> arguments) const {
  std::vector<std::string> argv{"podman",
                                "--root",
                                path("root"),
                                "--runroot",
                                path("runroot"),
                                "--tmpdir",
                                path("tmp"),
                                "--storage-driver",
                                "vfs",  // mounts nothing
                                "--network-config-dir",
                                path("networks")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

void PodmanEngine::import_image() const {
  const std::filesystem::path rootfs = scratch_.path() / "rootfs";
  for (const char* folder : {"bin", "dev", "etc", "proc", "sys", "tmp"}) {
    std::filesystem::create_directories(rootfs / folder);
  }
  std::filesystem::copy_file(busybox(), rootfs / "bin/busybox");
  for (const char* applet : {"sh", "sleep", "nc", "wget", "true", "cat", "wc"}) {
    std::filesystem::create_symlink("busybox", rootfs / "bin" / applet);
  }
  std::ofstream{rootfs / "etc/passwd"} << "root:x:0:0:root:/:/bin/sh\n";
  std::ofstream{rootfs / "etc/group"} << "root:x:0:\n";
  run({"tar", "-C", rootfs.string(), "-cf", path("image.tar"), "."});
  run(command({"import", "--quiet", "--change", "ENV PATH=/bin", path("image.tar"), image()}),
      {{"CONTAINERS_CONF", path("containers.conf")}});
}

void PodmanEngine::start() {
  std::vector<std::string> argv = command({"system", "service", "--time=0", url()});
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (std::string& word : argv) {
    words.push_back(word.data());
  }
  words.push_back(nullptr);
  const std::string configuration = path("containers.conf");
  const std::string log_file = path("log");
  service_ = ::fork();
  if (service_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no service behind
    const int out = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::setenv("CONTAINERS_CONF", configuration.c_str(), 1);
    ::execvp(words.front(), words.data());
    ::_exit(127);
  }
  const Deadline deadline = Deadline::in(std::chrono::seconds{60});
  for (;;) {
    try {
      client().system().ping(Deadline::in(std::chrono::seconds{5}));
      return;
    } catch (const Error& error) {
      const bool has_ended = ::waitpid(service_, nullptr, WNOHANG) == service_;
      service_ = has_ended ? -1 : service_;
      if (has_ended || deadline.expired()) {
        throw std::runtime_error(
            fmt::format("podman: the service does not answer: {}\n{}", error.what(), log()));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

void PodmanEngine::stop() noexcept {
  if (service_ > 0) {
    ::kill(service_, SIGTERM);
    const Deadline deadline = Deadline::in(std::chrono::seconds{20});
    while (::waitpid(service_, nullptr, WNOHANG) == 0) {
      if (deadline.expired()) {
        ::kill(service_, SIGKILL);
        ::waitpid(service_, nullptr, 0);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    service_ = -1;
  }
  // Podman keeps two processes of each exec for five minutes; they would then make the directories anew.
  for (const pid_t process : processes_naming(scratch_.path().string() + "/")) {
    ::kill(process, SIGKILL);
  }
  for (int number = 0; number < kNetworks; ++number) {
    delete_bridge(bridge(number));
  }
}

std::string PodmanEngine::log() const {
  std::ostringstream text;
  text << std::ifstream{path("log")}.rdbuf();
  return text.str();
}

}  // namespace drydock

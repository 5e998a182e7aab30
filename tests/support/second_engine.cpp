#include "support/second_engine.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"
#include "drydock/docker/client.h"

#include "base/random.h"
#include "base/text.h"
#include "support/subprocess.h"
#include "transport/httplib_exchange.h"
#include "transport/socket_connect.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kLimit{60};
constexpr std::size_t kImageLimit = std::size_t{256} << 20;

void must_run(const std::vector<std::string>& argv) {
  const SubprocessResult result = run_subprocess(argv);
  if (result.exit_code != 0) {
    throw std::runtime_error(
        fmt::format("second engine: '{}' failed: {}", text::join(argv, " "), result.output));
  }
}

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

std::vector<int> numbers_in(const std::string& text) {
  std::istringstream words{text};
  std::vector<int> numbers;
  for (int number = 0; words >> number;) {
    numbers.push_back(number);
  }
  return numbers;
}

/// Ends the processes whose command line names the directory, with their children: a container's shim, which
/// outlives a killed engine, and what runs in the container.
void end_processes_of(const std::filesystem::path& directory) {
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 1 || pid == ::getpid() ||
        content_of(entry.path() / "cmdline").find(directory.string()) == std::string::npos) {
      continue;
    }
    for (const int child : numbers_in(content_of(entry.path() / "task" / std::to_string(pid) / "children"))) {
      ::kill(child, SIGKILL);
    }
    ::kill(pid, SIGKILL);
  }
}

}  // namespace

SecondEngine::SecondEngine()
    : directory_(std::filesystem::temp_directory_path() / ("drydock-engine-" + random_hex(4))),
      bridge_("dd" + random_hex(4)) {  // an interface's name has 15 bytes at most
  if (::geteuid() != 0) {
    throw std::runtime_error("second engine: starting dockerd needs root; run this test as root");
  }
  std::filesystem::create_directory(directory_);
  try {
    // A network of its own: `--bridge none` would delete the bridge of the engine that stands here already.
    must_run({"ip", "link", "add", bridge_, "type", "bridge"});
    const int subnet = static_cast<int>(random_share() * 256);
    must_run({"ip", "addr", "add", fmt::format("172.31.{}.1/24", subnet), "dev", bridge_});
    must_run({"ip", "link", "set", bridge_, "up"});
    begin_start();
    await_start();
  } catch (...) {
    remove_all();
    throw;
  }
}

SecondEngine::~SecondEngine() {
  remove_all();
}

Endpoint SecondEngine::endpoint() const {
  return {.path = directory_ / "docker.sock"};
}

void SecondEngine::begin_start() {
  const std::string root = directory_ / "data";
  const std::string exec_root = directory_ / "exec";
  const std::string pid_file = directory_ / "pid";
  const std::string log_file = directory_ / "log";
  const std::string host = endpoint().to_string();
  // A killed engine leaves it, and with it the next one may take a stranger for itself.
  std::filesystem::remove(pid_file);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int out = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execlp("dockerd", "dockerd", "-b", bridge_.c_str(), "--data-root", root.c_str(), "--exec-root",
             exec_root.c_str(), "-p", pid_file.c_str(), "-H", host.c_str(), "--iptables=false",
             "--ip6tables=false", "--shutdown-timeout", "1", nullptr);
    ::_exit(127);
  }
}

void SecondEngine::await_start() {
  HttplibExchange exchange{endpoint()};
  const Deadline deadline = Deadline::in(kLimit);
  for (;;) {
    try {
      if (exchange.send({.target = "/_ping"}, Deadline::in(std::chrono::seconds{5})).status == 200) {
        return;
      }
    } catch (const Error&) {
      // It is not there yet.
    }
    const bool has_ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (has_ended) {
      pid_ = -1;
    }
    if (has_ended || deadline.expired()) {
      throw std::runtime_error("second engine: dockerd did not start: " + log_tail());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

void SecondEngine::stop() {
  end(SIGTERM);
}

void SecondEngine::kill() {
  end(SIGKILL);
  // It dies with its dockerd, but not at once: a dockerd that starts meanwhile takes it for one that stays,
  // and waits for it in vain.
  end_containerd();
}

void SecondEngine::end_containerd() noexcept {
  const std::filesystem::path pid_file = directory_ / "exec" / "containerd" / "containerd.pid";
  const int pid = std::atoi(content_of(pid_file).c_str());
  const std::string command_line = fmt::format("/proc/{}/cmdline", pid);
  const auto is_ours = [&] {
    return pid > 1 && content_of(command_line).find(directory_.string()) != std::string::npos;
  };
  const Deadline deadline = Deadline::in(kLimit);
  while (is_ours() && !deadline.expired()) {
    ::kill(pid, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  // Where nobody reaps orphans, dockerd would take the dead process for one that lives.
  std::error_code ignored;
  std::filesystem::remove(pid_file, ignored);
}

void SecondEngine::end(int signal) {
  if (pid_ <= 0) {
    return;
  }
  ::kill(pid_, signal);
  const Deadline deadline = Deadline::in(kLimit);
  while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (deadline.expired()) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  pid_ = -1;
}

void SecondEngine::take_image(const std::string& reference) const {
  HttplibExchange from{Client::from_environment().endpoint()};
  HttplibExchange to{endpoint()};
  Response image = from.send(
      {.target = "/images/" + text::percent_encode(reference) + "/get", .response_limit = kImageLimit},
      Deadline::in(kLimit));
  if (image.status == 200) {
    image = to.send({.method = Method::Post,
                     .target = "/images/load",
                     .body = std::move(image.body),
                     .content_type = "application/x-tar"},
                    Deadline::in(kLimit));
  }
  if (image.status != 200) {
    throw std::runtime_error(
        fmt::format("second engine: the image '{}' could not be copied: {}", reference, image.body));
  }
}

void SecondEngine::remove_all() noexcept {
  try {
    if (pid_ > 0) {
      for (const ContainerSummary& row : Client{endpoint()}.containers().list({.all = true})) {
        Client{endpoint()}.containers().remove(row.id);
      }
    }
  } catch (const std::exception&) {
    // It is ended all the same.
  }
  end(SIGTERM);
  end_containerd();
  try {
    end_processes_of(directory_);
    run_subprocess({"ip", "link", "delete", bridge_});
    run_subprocess({"sh", "-c",
                    fmt::format("grep -o '{0}/[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l",
                                directory_.string())});
  } catch (const std::exception&) {
    // What stays is a name that nobody else uses.
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string SecondEngine::log_tail() const {
  return std::string{text::last_lines(content_of(directory_ / "log"), 5)};
}

}  // namespace drydock

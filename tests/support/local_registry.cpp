#include "support/local_registry.h"

#include <arpa/inet.h>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/deadline.h"

#include "base/random.h"
#include "base/unique_fd.h"

namespace drydock {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, size) != 0 || ::getsockname(socket.get(), generic, &size) != 0) {
    throw std::runtime_error("registry: no free port on 127.0.0.1");
  }
  return ntohs(address.sin_port);
}

bool takes_connections(std::uint16_t port) {
  const UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const sockaddr_in address = loopback(port);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

LocalRegistry::LocalRegistry()
    : directory_(std::filesystem::temp_directory_path() / ("drydock-registry-" + random_hex(6))),
      port_(free_port()) {
  std::filesystem::create_directory(directory_);
  std::ofstream{directory_ / "config.yml"} << fmt::format(
      "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\n"
      "http:\n  addr: 127.0.0.1:{}\n",
      (directory_ / "data").string(), port_);
  try {
    start();
  } catch (...) {
    stop();
    throw;
  }
}

LocalRegistry::~LocalRegistry() {
  stop();
}

std::string LocalRegistry::host() const {
  return fmt::format("127.0.0.1:{}", port_);
}

void LocalRegistry::start() {
  const std::string config = directory_ / "config.yml";
  const std::string log_file = directory_ / "log";
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no registry behind
    const int out = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execlp("docker-registry", "docker-registry", "serve", config.c_str(), nullptr);
    ::_exit(127);
  }
  const Deadline deadline = Deadline::in(std::chrono::seconds{30});
  while (!takes_connections(port_)) {
    const bool has_ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (has_ended) {
      pid_ = -1;
    }
    if (has_ended || deadline.expired()) {
      throw std::runtime_error(fmt::format(
          "registry: docker-registry did not start; install the package 'docker-registry': {}", log()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

void LocalRegistry::stop() noexcept {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string LocalRegistry::log() const {
  std::ostringstream text;
  text << std::ifstream{directory_ / "log"}.rdbuf();
  return text.str();
}

}  // namespace drydock

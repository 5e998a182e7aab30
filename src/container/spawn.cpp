#include "container/spawn.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include "base/process_words.h"

namespace drydock {
namespace {

constexpr std::array<std::string_view, 22> kPassedOn{
    "DOCKER_CERT_PATH", "DOCKER_CONFIG",  "DOCKER_HOST",  "DOCKER_TLS_VERIFY",
    "DRYDOCK_LOG",      "HOME",           "LANG",         "LC_ALL",
    "LD_LIBRARY_PATH",  "LOGNAME",        "PATH",         "SSL_CERT_DIR",
    "SSL_CERT_FILE",    "TMPDIR",         "TZ",           "USER",
    "XDG_RUNTIME_DIR",  "XDG_STATE_HOME", "ASAN_OPTIONS", "LSAN_OPTIONS",
    "TSAN_OPTIONS",     "UBSAN_OPTIONS"};

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none{};
    sigset_t all{};
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

std::vector<std::string> short_environment() {
  std::vector<std::string> chosen;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const std::string_view name = pair.substr(0, pair.find('='));
    if (std::find(kPassedOn.begin(), kPassedOn.end(), name) != kPassedOn.end()) {
      chosen.emplace_back(pair);
    }
  }
  return chosen;
}

pid_t spawn_detachable(std::vector<std::string> argv, int channel) {
  std::vector<std::string> environment = short_environment();
  FileActions actions;
  ::posix_spawn_file_actions_adddup2(actions.get(), channel, STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, "/dev/null", O_RDWR, 0);
  ::posix_spawn_file_actions_addopen(actions.get(), STDERR_FILENO, "/dev/null", O_RDWR, 0);
  const Attributes attributes;
  pid_t child = -1;
  const int error = ::posix_spawn(&child, argv[0].c_str(), actions.get(), attributes.get(),
                                  pointers_to(argv).data(), pointers_to(environment).data());
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "cannot start '" + argv[0] + "'");
  }
  return child;
}

}  // namespace drydock

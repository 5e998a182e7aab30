// A running container made by raw calls, for the raw side of the benchmarks. Removed when it goes out of
// scope, so that a failing benchmark leaves nothing behind.
#pragma once

#include <atomic>
#include <cstdio>
#include <exception>
#include <string>
#include <unistd.h>
#include <utility>

#include "benchmark.h"
#include "raw_client.h"

namespace drydock::bench {

/// Creates, starts and inspects like a TestContainer does, with the same settings where they cost the engine
/// time.
class RawContainer {
 public:
  explicit RawContainer(RawClient& client) : client_(client) {
    static std::atomic<int> counter{0};
    const std::string name =
        "drydock-bench-raw-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
    id_ = client_.create_container(name, std::string{R"({"Image":")"} + kBusyboxImage +
                                             R"(","Cmd":["sleep","3600"],)"
                                             R"("HostConfig":{"SecurityOpt":["no-new-privileges"]}})");
    try {
      client_.call("POST", "/containers/" + id_ + "/start");
      client_.call("GET", "/containers/" + id_ + "/json");
    } catch (...) {
      remove_quietly();
      throw;
    }
  }
  RawContainer(const RawContainer&) = delete;
  RawContainer& operator=(const RawContainer&) = delete;
  ~RawContainer() { remove_quietly(); }

  [[nodiscard]] const std::string& id() const noexcept { return id_; }

  /// Runs `true` and returns its exit code.
  int exec_true() {
    const std::string exec =
        client_.create_exec(id_, R"({"AttachStdout":true,"AttachStderr":true,"Cmd":["true"]})");
    client_.run_exec_stream(exec, [](std::string_view) {});
    return client_.exec_exit_code(exec);
  }

  void remove() { client_.call("DELETE", "/containers/" + std::exchange(id_, {}) + "?force=1&v=1"); }

 private:
  void remove_quietly() noexcept {
    if (id_.empty()) {
      return;
    }
    try {
      remove();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "bench: a container was not removed: %s\n", error.what());
    }
  }

  RawClient& client_;
  std::string id_;
};

}  // namespace drydock::bench

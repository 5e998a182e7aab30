// The yardstick: the least HTTP/1.1 client that a careful programmer would write by hand for one engine.
// Plain sockets, one kept connection, no JSON library, hardly any parsing. Not for anything but measuring: it
// trusts the engine, has no deadlines, and is not thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "drydock/transport/endpoint.h"

#include "base/unique_fd.h"

namespace drydock::bench {

struct RawResponse {
  int status{0};
  std::string body{};
};

class RawClient {
 public:
  explicit RawClient(Endpoint engine) : engine_(std::move(engine)) {}

  /// Makes one request on the kept connection. Throws std::runtime_error when its status is not in the 200s.
  RawResponse call(std::string_view method, std::string_view target, std::string_view body = {});

  /// Starts an exec on an upgraded connection and hands the payload of its frames to `sink`, uncopied, until
  /// the stream ends. Returns the number of payload bytes.
  std::size_t run_exec_stream(std::string_view exec_id, const std::function<void(std::string_view)>& sink);

  std::string create_container(std::string_view name, std::string_view body);
  std::string create_exec(std::string_view container, std::string_view body);
  /// Returns the exit code of an exec that has ended.
  int exec_exit_code(std::string_view exec_id);

 private:
  void connect_kept();

  Endpoint engine_;
  UniqueFd kept_{};
  std::string buffer_{};
};

/// Returns what stands between `"key":"` and the next quote; throws std::runtime_error when it is not there.
std::string find_json_string(std::string_view json, std::string_view key);

}  // namespace drydock::bench

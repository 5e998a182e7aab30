// Whatever bytes an engine answers before it closes, a call ends at once, in an answer or a typed error. The
// first byte chooses between send, stream and upgrade.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "drydock/base/error.h"

#include "base/unique_fd.h"
#include "transport/httplib_exchange.h"

namespace {

/// Answers each connection with the bytes of the moment, and closes.
class Engine {
 public:
  Engine() {
    std::string directory = (std::filesystem::temp_directory_path() / "drydock-fuzz-XXXXXX").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (::mkdtemp(directory.data()) == nullptr) {
      std::abort();
    }
    directory_ = directory;
    endpoint_.path = directory + "/s";
    endpoint_.path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(listener_.get(), SOMAXCONN) != 0) {
      std::abort();
    }
    thread_ = std::thread([this] { serve(); });
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  const drydock::Endpoint& answering(std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    answer_ = bytes;
    return endpoint_;
  }

 private:
  void serve() {
    for (;;) {
      const drydock::UniqueFd client{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (!client.valid()) {
        return;
      }
      std::string answer;
      {
        const std::scoped_lock lock(mutex_);
        answer = answer_;
      }
      // Read first: closing with an unread request would reset the connection.
      char request[4096];
      if (::recv(client.get(), request, sizeof(request), 0) > 0) {
        ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      }
    }
  }

  std::string directory_{};
  drydock::Endpoint endpoint_{};
  drydock::UniqueFd listener_{};
  std::mutex mutex_{};
  std::string answer_{};
  std::thread thread_{};
};

void call(drydock::HttplibExchange& exchange, unsigned mode) {
  const drydock::Deadline deadline = drydock::Deadline::in(std::chrono::seconds(4));
  const drydock::Request request{.target = "/", .response_limit = 1U << 16U};
  if (mode == 0) {
    exchange.send(request, deadline);
  } else if (mode == 1) {
    exchange.stream(
        request, [](std::string_view piece) { return piece != "stop"; }, deadline);
  } else if (const drydock::Upgraded upgraded = exchange.upgrade(request, deadline); upgraded.stream) {
    std::string buffer(64, '\0');
    while (upgraded.stream->wait(false, deadline).readable && upgraded.stream->read(buffer) > 0) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  static Engine engine;
  const std::string_view answer(reinterpret_cast<const char*>(data + 1), size - 1);
  drydock::HttplibExchange exchange(engine.answering(answer), {.idle_connections = 0});
  try {
    call(exchange, data[0] % 3U);
  } catch (const drydock::TimeoutError&) {
    std::abort();  // the engine has closed: nothing is worth waiting for
  } catch (const drydock::Error&) {
    return 0;
  }
  return 0;
}

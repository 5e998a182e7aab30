// A connection that was switched to raw bytes in both directions, over a socket.
#pragma once

#include <string>

#include "drydock/transport/exchange.h"

#include "base/unique_fd.h"

namespace drydock {

/// Reads straight into the caller's buffer: a large one saves system calls. Never raises SIGPIPE. Not
/// thread-safe.
class SocketDuplex final : public Duplex {
 public:
  /// Takes a connected, non-blocking socket, and the bytes that were received after the head of the answer:
  /// they are read first.
  SocketDuplex(UniqueFd socket, std::string received);

  Ready wait(bool for_writing, Deadline deadline) override;
  std::size_t read(std::span<char> buffer) override;
  std::size_t write(std::string_view data) override;
  void close_write() override;

 private:
  UniqueFd socket_;
  std::string received_;
  std::size_t taken_{0};  // of received_
};

}  // namespace drydock

// A duplex stream that plays given pieces and records what is written to it.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>

#include "drydock/base/error.h"
#include "drydock/transport/exchange.h"

namespace drydock {

class FakeDuplex final : public Duplex {
 public:
  // What comes: pieces in this order, then the end of the stream when `ends`, else silence.
  std::deque<std::string> pieces{};
  bool ends{true};
  // How much goes out at a time, and whether the peer has gone.
  std::size_t write_capacity{1000};
  bool refuses_writes{false};
  // Whether the stream ends by a reset of the connection.
  bool is_reset{false};
  // Whether it has nothing to read before all input was written: a command that answers at the end.
  bool reads_first{false};

  std::string written{};
  bool write_closed{false};
  int reads{0};

  Ready wait(bool for_writing, Deadline) override {
    const bool silent = (reads_first && !write_closed) || (pieces.empty() && !ends);
    return {.readable = !silent, .writable = for_writing};
  }
  std::size_t read(std::span<char> buffer) override {
    ++reads;
    if (pieces.empty() && is_reset) {
      throw ConnectionError("the peer has reset the connection", true);
    }
    if (pieces.empty()) {
      return 0;
    }
    const std::size_t size = std::min(buffer.size(), pieces.front().size());
    std::memcpy(buffer.data(), pieces.front().data(), size);
    pieces.front().erase(0, size);
    if (pieces.front().empty()) {
      pieces.pop_front();
    }
    return size;
  }
  std::size_t write(std::string_view data) override {
    if (refuses_writes) {
      throw ConnectionError("the peer has gone", true);
    }
    const std::size_t size = std::min(data.size(), write_capacity);
    written.append(data.substr(0, size));
    return size;
  }
  void close_write() override { write_closed = true; }
};

/// Returns a frame as the engine makes it.
inline std::string frame(char stream, const std::string& payload) {
  std::string out(8, '\0');
  out[0] = stream;
  const auto size = static_cast<std::uint32_t>(payload.size());
  for (unsigned i = 0; i < 4; ++i) {
    out[4 + i] = static_cast<char>((size >> (24U - 8U * i)) & 0xFFU);
  }
  return out + payload;
}

}  // namespace drydock

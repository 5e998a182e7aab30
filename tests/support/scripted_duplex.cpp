#include "support/scripted_duplex.h"

#include <algorithm>

#include "drydock/base/error.h"

namespace drydock {

ScriptedDuplex::ScriptedDuplex(std::vector<Step> script, std::size_t write_size)
    : script_(std::move(script)), write_size_(write_size) {}

ScriptedDuplex::~ScriptedDuplex() {
  record_->destroyed = true;
}

bool ScriptedDuplex::is_readable() {
  while (at_ < script_.size()) {
    const Step& step = script_[at_];
    const auto* written = std::get_if<AwaitWritten>(&step);
    const bool is_met = (std::holds_alternative<AwaitCloseWrite>(step) && record_->write_closed) ||
                        (written != nullptr && record_->written.size() >= written->bytes);
    if (!is_met) {
      return std::holds_alternative<Bytes>(step) || std::holds_alternative<Break>(step);
    }
    ++at_;
  }
  return true;  // the end of the stream
}

Duplex::Ready ScriptedDuplex::wait(bool for_writing, Deadline /*deadline*/) {
  return {.readable = is_readable(), .writable = for_writing};
}

std::size_t ScriptedDuplex::read(std::span<char> buffer) {
  if (!is_readable()) {
    throw std::logic_error("scripted stream: read() without wait() having said readable");
  }
  if (at_ == script_.size()) {
    return 0;
  }
  auto* piece = std::get_if<Bytes>(&script_[at_]);
  if (piece == nullptr) {
    throw ConnectionError("scripted stream: the connection broke", true);
  }
  const std::size_t size = std::min(buffer.size(), piece->bytes.size());
  std::copy_n(piece->bytes.begin(), size, buffer.begin());
  piece->bytes.erase(0, size);
  if (piece->bytes.empty()) {
    ++at_;
  }
  return size;
}

std::size_t ScriptedDuplex::write(std::string_view data) {
  if (record_->write_closed) {
    throw std::logic_error("scripted stream: write() after close_write()");
  }
  if (write_size_ == 0) {
    throw ConnectionError("scripted stream: the peer has gone", true);
  }
  const std::string_view taken = data.substr(0, write_size_);
  record_->written += taken;
  return taken.size();
}

void ScriptedDuplex::close_write() {
  record_->write_closed = true;
}

std::string frame(int stream, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  std::string out{static_cast<char>(stream), '\0', '\0', '\0'};
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>((size >> shift) & 0xFFU);
  }
  return out.append(payload);
}

}  // namespace drydock

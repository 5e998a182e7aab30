// A raw stream that plays a script, in the place of an exec's or an attach's connection. It never blocks:
// where a real stream would wait beyond the script, wait() answers at once as though the deadline had passed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "drydock/transport/exchange.h"

namespace drydock {

class ScriptedDuplex final : public Duplex {
 public:
  /// Makes `bytes` readable, in one piece for a reader whose buffer is large enough.
  struct Bytes {
    std::string bytes{};
  };
  /// Nothing is readable until the client has ended its direction.
  struct AwaitCloseWrite {};
  /// Nothing is readable until the client has written so many bytes in all.
  struct AwaitWritten {
    std::size_t bytes{0};
  };
  /// Nothing is ever readable again: the deadline passes.
  struct Stall {};
  /// The connection breaks: the next read throws ConnectionError.
  struct Break {};
  using Step = std::variant<Bytes, AwaitCloseWrite, AwaitWritten, Stall, Break>;

  /// What the client did to the stream; outlives it.
  struct Record {
    std::string written{};
    bool write_closed{false};
    bool destroyed{false};
  };

  /// Plays `script`, then ends the stream. Takes at most `write_size` bytes a write; 0: it breaks on writing.
  explicit ScriptedDuplex(std::vector<Step> script, std::size_t write_size = std::string::npos);
  ~ScriptedDuplex() override;

  [[nodiscard]] std::shared_ptr<const Record> record() const { return record_; }

  Ready wait(bool for_writing, Deadline deadline) override;
  std::size_t read(std::span<char> buffer) override;
  std::size_t write(std::string_view data) override;
  void close_write() override;

 private:
  [[nodiscard]] bool is_readable();

  std::vector<Step> script_;
  std::size_t at_{0};
  std::size_t write_size_;
  std::shared_ptr<Record> record_ = std::make_shared<Record>();
};

/// Returns a frame of the engine's multiplexed stream: stream 1 is stdout, 2 is stderr.
[[nodiscard]] std::string frame(int stream, std::string_view payload);

}  // namespace drydock

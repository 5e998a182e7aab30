// A command that stays in a container and is spoken to in turns: a database's own shell that takes one
// statement after the other for a millisecond each, where an exec costs fifty. Its standard input stays open;
// a turn's answer is what it prints up to a line that the caller had it print. Ended by the end of its input.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"
#include "drydock/docker/client.h"
#include "drydock/transport/exchange.h"

#include "transport/frame_decoder.h"

namespace drydock {

struct StandingCommandConfig {
  std::vector<std::string> argv{};
  std::map<std::string, std::string> env{};
  std::string user{};
  std::size_t answer_limit{std::size_t{8} << 20};  ///< bytes that a turn may print
};

/// Not thread-safe. A forked child's copy is of no use there, and does nothing to the parent's.
class StandingCommand {
 public:
  /// Starts it; two requests. Throws what Execs::create() and start() throw, and EngineError ContainerExited
  /// when the container does not run.
  StandingCommand(Client client, std::string container, StandingCommandConfig config, Deadline deadline);
  StandingCommand(const StandingCommand&) = delete;
  StandingCommand& operator=(const StandingCommand&) = delete;
  ~StandingCommand() = default;

  /// Writes `text` and returns what the command prints on stdout before the line `end`. Throws TimeoutError;
  /// EngineError ContainerExited when the container died; Error CommandFailed with the command's last words
  /// when it ended by itself; OutputLimit past the limit. Whatever was thrown, it is no longer usable().
  std::string ask(std::string_view text, std::string_view end, Deadline deadline);

  /// Returns whether a turn may be taken: no turn failed, this process started it, and it has not ended
  /// since.
  [[nodiscard]] bool usable() noexcept;

 private:
  std::unique_ptr<Duplex> start(Deadline deadline) const;
  bool take(FrameStream from, std::string_view piece);
  bool read_once();
  void write_some(std::string_view& text);
  [[nodiscard]] std::string::size_type find_line(std::string_view line, std::string::size_type from) const;
  [[noreturn]] void throw_end();
  [[nodiscard]] std::string who() const;
  [[nodiscard]] ErrorContext context() const;

  const Client client_;
  const std::string container_;
  const StandingCommandConfig config_;
  const pid_t process_;
  std::unique_ptr<Duplex> stream_;
  FrameDecoder decoder_{};
  FrameDecoder::Sink sink_;
  std::string out_{}, err_{};
  bool broken_{false};
};

}  // namespace drydock

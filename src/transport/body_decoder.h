// Takes the body of an HTTP/1.1 answer out of the bytes of its connection (RFC 9112, sections 6 and 7). Pure:
// no I/O. Stricter than the HTTP library's own reader, which takes a chunk without its line end for the
// body's good end (seen with cpp-httplib 0.11.4), and hands pieces on in the size in which they came. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/transport/exchange.h"

namespace drydock {

/// How a body says where it ends.
struct BodyFraming {
  enum class Kind { None, Length, Chunked, UntilClose };
  Kind kind{Kind::None};
  std::uint64_t length{0};  ///< of Length

  friend bool operator==(const BodyFraming&, const BodyFraming&) = default;
};

/// Reads the framing from an answer's head. Throws ProtocolError for a Content-Length that is not one number,
/// and for a transfer coding other than chunked.
[[nodiscard]] BodyFraming body_framing(Method method, const Response& head);

class BodyDecoder {
 public:
  enum class State { More, Done, Stopped, Malformed };

  explicit BodyDecoder(BodyFraming framing);

  /// Takes bytes, hands the body's part of them to `sink`, and removes from `bytes` what belongs to this
  /// answer. Stopped means that the sink returned false; what the sink throws passes through.
  State feed(std::string_view& bytes, const BodySink& sink);

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Returns what is wrong with a Malformed body.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  /// Returns whether the body is whole when the connection ends here.
  [[nodiscard]] bool may_end_here() const noexcept {
    return state_ == State::Done || framing_.kind == BodyFraming::Kind::UntilClose;
  }

 private:
  enum class Part { Size, Data, DataEnd, Trailer };

  void malformed(std::string fault);
  bool take_line(std::string_view& bytes);
  void feed_line(std::string_view& bytes);
  void feed_data(std::string_view& bytes, const BodySink& sink);

  BodyFraming framing_;
  State state_{State::More};
  Part part_{Part::Size};
  std::uint64_t left_{0};  // of a body with a length, or of a chunk
  std::string line_{};     // a chunk's size line or a trailer, as far as it has come
  std::string fault_{};
};

}  // namespace drydock

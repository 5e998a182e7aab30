#include "transport/body_decoder.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {
namespace {

// Engines write a bare size; extensions and trailers are allowed by the RFC and not worth more than this.
constexpr std::size_t kLongestLine = 4096;

template <typename Number>
std::optional<Number> whole_number(std::string_view digits, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint64_t> content_length(const Response& head) {
  std::optional<std::uint64_t> length;
  for (const Header& header : head.headers) {
    if (!text::equals_ignoring_case(header.name, "Content-Length")) {
      continue;
    }
    const auto value = whole_number<std::uint64_t>(text::trim(header.value), 10);
    if (!value || (length && *length != *value)) {
      throw ProtocolError("the answer's Content-Length '" + text::printable(header.value) +
                          "' is not one number");
    }
    length = value;
  }
  return length;
}

}  // namespace

BodyFraming body_framing(Method method, const Response& head) {
  using Kind = BodyFraming::Kind;
  if (method == Method::Head || head.status == 204 || head.status == 304 || head.status < 200) {
    return {.kind = Kind::None};
  }
  const std::optional<std::uint64_t> length = content_length(head);
  if (const std::string_view coding = text::trim(head.header("Transfer-Encoding")); !coding.empty()) {
    if (!text::equals_ignoring_case(coding, "chunked")) {
      throw ProtocolError("the answer's transfer coding '" + text::printable(coding) + "' is not 'chunked'");
    }
    return {.kind = Kind::Chunked};
  }
  if (length) {
    return {.kind = *length == 0 ? Kind::None : Kind::Length, .length = *length};
  }
  return {.kind = Kind::UntilClose};
}

BodyDecoder::BodyDecoder(BodyFraming framing) : framing_(framing) {
  switch (framing_.kind) {
    case BodyFraming::Kind::None:
      state_ = State::Done;
      break;
    case BodyFraming::Kind::Length:
      part_ = Part::Data;
      left_ = framing_.length;
      break;
    case BodyFraming::Kind::UntilClose:
      part_ = Part::Data;
      left_ = std::numeric_limits<std::uint64_t>::max();
      break;
    case BodyFraming::Kind::Chunked:
      break;
  }
}

BodyDecoder::State BodyDecoder::feed(std::string_view& bytes, const BodySink& sink) {
  while (state_ == State::More && !bytes.empty()) {
    if (part_ == Part::Data) {
      feed_data(bytes, sink);
    } else {
      feed_line(bytes);
    }
  }
  return state_;
}

void BodyDecoder::feed_data(std::string_view& bytes, const BodySink& sink) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  const std::string_view piece = bytes.substr(0, size);
  bytes.remove_prefix(size);
  if (framing_.kind != BodyFraming::Kind::UntilClose) {
    left_ -= size;
  }
  if (!sink(piece)) {
    state_ = State::Stopped;
  } else if (left_ == 0) {
    if (framing_.kind == BodyFraming::Kind::Chunked) {
      part_ = Part::DataEnd;
    } else {
      state_ = State::Done;
    }
  }
}

void BodyDecoder::malformed(std::string fault) {
  fault_ = std::move(fault);
  state_ = State::Malformed;
}

bool BodyDecoder::take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end + 1;
  if (line_.size() + size > kLongestLine) {
    malformed("a line between the chunks of the answer is longer than " + std::to_string(kLongestLine) +
              " bytes");
    return false;
  }
  line_.append(bytes.substr(0, size));
  bytes.remove_prefix(size);
  if (end == std::string_view::npos) {
    return false;
  }
  if (!line_.ends_with("\r\n")) {
    malformed("a line between the chunks of the answer does not end with CR LF");
    return false;
  }
  line_.resize(line_.size() - 2);
  return true;
}

void BodyDecoder::feed_line(std::string_view& bytes) {
  if (!take_line(bytes)) {
    return;
  }
  const std::string line = std::exchange(line_, {});
  if (part_ == Part::DataEnd) {
    if (!line.empty()) {
      return malformed("a chunk of the answer is longer than its size says");
    }
    part_ = Part::Size;
  } else if (part_ == Part::Trailer) {
    if (line.empty()) {
      state_ = State::Done;
    }
  } else {
    const std::string_view digits = text::trim(std::string_view(line).substr(0, line.find(';')));
    const auto size = whole_number<std::uint64_t>(digits, 16);
    if (!size) {
      return malformed("the chunk size '" + text::printable(line, 40) + "' is not a hexadecimal number");
    }
    left_ = *size;
    part_ = left_ == 0 ? Part::Trailer : Part::Data;
  }
}

}  // namespace drydock

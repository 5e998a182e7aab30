#include "container/marked_stream.h"

#include <algorithm>
#include <utility>

namespace drydock {
namespace {

constexpr std::size_t kBeforeLimit = 4096;
constexpr std::size_t kStatusLimit = 64;

}  // namespace

MarkedStream::MarkedStream(std::string_view mark)
    : begin_(std::string{mark} + "B\n"), end_(std::string{mark} + "E") {}

std::string_view MarkedStream::feed(std::string_view piece) {
  switch (state_) {
    case State::Before:
      return begin(piece);
    case State::Within:
      return within(piece);
    case State::Status:
      end(piece);
      return {};
    case State::Done:
      break;
  }
  return {};
}

std::string_view MarkedStream::begin(std::string_view piece) {
  held_.append(piece);
  const std::string::size_type found = held_.find(begin_);
  if (found == std::string::npos) {
    if (held_.size() > kBeforeLimit + begin_.size()) {
      held_.erase(kBeforeLimit, held_.size() - kBeforeLimit - (begin_.size() - 1));
    }
    return {};
  }
  state_ = State::Within;
  const std::string rest = held_.substr(found + begin_.size());
  held_.clear();
  return within(rest);
}

std::string_view MarkedStream::within(std::string_view piece) {
  joined_ = std::exchange(held_, {});
  joined_.append(piece);
  const std::string_view bytes = joined_;
  const std::string_view::size_type found = bytes.find(end_);
  if (found != std::string_view::npos) {
    state_ = State::Status;
    end(bytes.substr(found + end_.size()));
    return bytes.substr(0, found);
  }
  const std::string_view::size_type kept = held_back(bytes);
  held_ = bytes.substr(bytes.size() - kept);
  return bytes.substr(0, bytes.size() - kept);
}

void MarkedStream::end(std::string_view piece) {
  const std::string_view::size_type line = piece.find('\n');
  const std::string_view part = piece.substr(0, line);
  status_.append(part.substr(0, kStatusLimit - std::min(kStatusLimit, status_.size())));
  if (line != std::string_view::npos) {
    state_ = State::Done;
  }
}

/// Returns how many bytes at the end may be the beginning of the end's mark.
std::string::size_type MarkedStream::held_back(std::string_view bytes) const {
  for (std::size_t size = std::min(bytes.size(), end_.size() - 1); size > 0; --size) {
    if (std::string_view{end_}.substr(0, size) == bytes.substr(bytes.size() - size)) {
      return size;
    }
  }
  return 0;
}

}  // namespace drydock

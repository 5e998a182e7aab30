#include "docker/pull_stream.h"

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;

/// Newer engines say `errorDetail`, older ones `error` as well, Podman `error` alone.
std::string error_in(const Json& line) {
  const std::string detail = line["errorDetail"]["message"].string();
  return detail.empty() ? line["error"].string() : detail;
}

}  // namespace

bool PullStream::feed(std::string_view bytes) {
  while (error_.empty() && !bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    partial_ += bytes.substr(0, end);
    if (partial_.size() > kLongestLine) {
      throw ProtocolError("image pull: a line of the progress stream is longer than 1 MiB",
                          {.operation = "image pull"});
    }
    if (end == std::string_view::npos) {
      break;
    }
    bytes.remove_prefix(end + 1);
    finish();
  }
  return error_.empty();
}

bool PullStream::finish() {
  const std::string line = std::exchange(partial_, {});
  if (error_.empty() && !text::trim(line).empty()) {
    take_line(line);
  }
  return error_.empty();
}

void PullStream::take_line(std::string_view line) {
  const Json json = parse_json(line, "a line of the pull's progress stream");
  if (!json.is_object()) {
    throw ProtocolError("image pull: a line of the progress stream is no JSON object",
                        {.operation = "image pull"});
  }
  error_ = error_in(json);
  if (error_.empty() && on_progress_) {
    on_progress_({.layer = json["id"].string(),
                  .status = json["status"].string(),
                  .current = json["progressDetail"]["current"].integer(),
                  .total = json["progressDetail"]["total"].integer()});
  }
}

}  // namespace drydock

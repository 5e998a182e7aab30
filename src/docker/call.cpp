#include "docker/call.h"

#include <algorithm>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/types.h"

#include "base/text.h"
#include "docker/json.h"

namespace drydock {
namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// Shortens what is a whole id; a name that happens to be long stays.
std::string readable(const std::string& resource) {
  constexpr std::size_t kIdLength = 64;
  const bool is_id = resource.size() == kIdLength && std::all_of(resource.begin(), resource.end(), is_hex);
  return is_id ? short_id(resource) : text::printable(resource);
}

// The engine decodes a segment before it resolves the path: an encoded "../" would lead elsewhere.
bool leads_elsewhere(std::string_view segment) {
  const std::vector<std::string> parts = text::split(segment, '/');
  return std::any_of(parts.begin(), parts.end(),
                     [](const std::string& part) { return part == "." || part == ".."; });
}

}  // namespace

Call::Call(Method how, std::string what, const std::string& on)
    : method(how), operation(std::move(what)), resource(readable(on)) {}

Call& Call::path(std::string_view segment) {
  if (segment.empty() || leads_elsewhere(segment) || text::has_control(segment)) {
    throw InvalidArgumentError(
        fmt::format("{}: '{}' cannot name anything; give a name or an id without control characters",
                    operation, text::printable(segment)),
        {.operation = operation, .resource = resource});
  }
  target += '/';
  target += text::percent_encode(segment);
  return *this;
}

Call& Call::query(std::string_view key, std::string_view value) {
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += text::percent_encode(key);
  target += '=';
  target += text::percent_encode(value);
  return *this;
}

Call& Call::filters(const std::map<std::string, std::vector<std::string>>& lists) {
  Json json;
  for (const auto& [key, values] : lists) {
    if (!values.empty()) {
      json.set(key) = Json::strings(values);
    }
  }
  return json.is_null() ? *this : query("filters", json.dump());
}

Call& Call::body(std::string json) {
  return body(std::move(json), "application/json");
}

Call& Call::body(std::string bytes, std::string type) {
  payload = std::move(bytes);
  content_type = std::move(type);
  return *this;
}

Call& Call::limit(std::size_t bytes) {
  response_limit = bytes;
  return *this;
}

Call& Call::unversioned() {
  versioned = false;
  return *this;
}

Call& Call::unlimited() {
  limited = false;
  return *this;
}

Call& Call::repeatable() {
  safe_to_repeat = true;
  return *this;
}

}  // namespace drydock

#include "docker/json.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "base/utf8.h"

namespace drydock {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void write_escaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20) {
    out += "\\u00";
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  } else {
    out += c;
  }
}

void write_string(std::string_view bytes, std::string& out) {
  out += '"';
  while (!bytes.empty()) {
    const std::size_t length = text::utf8_sequence(bytes);
    if (length == 0) {
      out += kReplacement;
    } else if (length == 1) {
      write_escaped(bytes.front(), out);
    } else {
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

template <typename Number>
void write_number(Number value, std::string& out) {
  char buffer[32];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, end.ptr);
}

/// Writes each kind of value; JSON has no infinities, they become null.
struct Writer {
  std::string& out;

  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { write_number(value, out); }
  void operator()(std::uint64_t value) const { write_number(value, out); }
  void operator()(double value) const {
    if (!std::isfinite(value)) {
      out += "null";
      return;
    }
    const std::size_t start = out.size();
    write_number(value, out);
    if (out.find_first_of(".e", start) == std::string::npos) {
      out += ".0";  // so that it is read back as what it was
    }
  }
  void operator()(const std::string& value) const { write_string(value, out); }
  void operator()(const Json::Array& value) const {
    out += '[';
    for (const Json& item : value) {
      if (&item != &value.front()) {
        out += ',';
      }
      item.visit(*this);
    }
    out += ']';
  }
  void operator()(const Json::Object& value) const {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : value) {
      if (!first) {
        out += ',';
      }
      first = false;
      write_string(key, out);
      out += ':';
      item.visit(*this);
    }
    out += '}';
  }
};

template <typename Integer>
Integer to_integer(const Json::Value& value, Integer fallback) noexcept {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return std::in_range<Integer>(*number) ? static_cast<Integer>(*number) : fallback;
  }
  if (const auto* number = std::get_if<std::uint64_t>(&value)) {
    return std::in_range<Integer>(*number) ? static_cast<Integer>(*number) : fallback;
  }
  if (const auto* number = std::get_if<double>(&value)) {
    // 2^53: past it a double does not tell neighbouring integers apart.
    constexpr double kExact = 9007199254740992.0;
    const double lowest = std::is_signed_v<Integer> ? -kExact : 0.0;
    return *number >= lowest && *number <= kExact && std::trunc(*number) == *number
               ? static_cast<Integer>(*number)
               : fallback;
  }
  return fallback;
}

}  // namespace

Json Json::strings(const std::vector<std::string>& values) {
  return Array(values.begin(), values.end());
}

Json Json::strings(const std::map<std::string, std::string>& values) {
  return Object(values.begin(), values.end());
}

const Json& Json::operator[](std::string_view key) const noexcept {
  static const Json kNull;
  if (const auto* members = std::get_if<Object>(&value_)) {
    const auto found = members->find(key);
    return found == members->end() ? kNull : found->second;
  }
  return kNull;
}

Json& Json::set(std::string_view key) {
  if (!is_object()) {
    value_ = Object{};
  }
  return std::get<Object>(value_)[std::string{key}];
}

std::string Json::string(std::string_view fallback) const {
  const auto* text = std::get_if<std::string>(&value_);
  return text != nullptr ? *text : std::string{fallback};
}

std::int64_t Json::integer(std::int64_t fallback) const noexcept {
  return to_integer(value_, fallback);
}

std::uint64_t Json::unsigned_integer(std::uint64_t fallback) const noexcept {
  return to_integer(value_, fallback);
}

bool Json::boolean(bool fallback) const noexcept {
  const auto* value = std::get_if<bool>(&value_);
  return value != nullptr ? *value : fallback;
}

const Json::Array& Json::array() const noexcept {
  static const Array kNone;
  const auto* items = std::get_if<Array>(&value_);
  return items != nullptr ? *items : kNone;
}

const Json::Object& Json::object() const noexcept {
  static const Object kNone;
  const auto* members = std::get_if<Object>(&value_);
  return members != nullptr ? *members : kNone;
}

std::vector<std::string> Json::string_list() const {
  std::vector<std::string> out;
  for (const Json& item : array()) {
    out.push_back(item.string());
  }
  return out;
}

std::map<std::string, std::string> Json::string_map() const {
  std::map<std::string, std::string> out;
  for (const auto& [key, item] : object()) {
    out.emplace(key, item.string());
  }
  return out;
}

std::string Json::dump() const {
  std::string out;
  visit(Writer{out});
  return out;
}

void Json::merge_patch(const Json& patch) {
  if (!patch.is_object()) {
    value_ = patch.value_;
    return;
  }
  if (!is_object()) {
    value_ = Object{};
  }
  auto& members = std::get<Object>(value_);
  for (const auto& [key, item] : patch.object()) {
    if (item.is_null()) {
      members.erase(key);
    } else {
      members[key].merge_patch(item);
    }
  }
}

Json parse_object(std::string_view text, std::string_view what, std::size_t capacity) {
  Json json = parse_json(text, what, capacity);
  if (!json.is_object()) {
    throw ProtocolError(fmt::format("{} is no JSON object, as it must be, but '{}'", what,
                                    text::printable(text::trim(text))));
  }
  return json;
}

}  // namespace drydock

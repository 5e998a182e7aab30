// Reads JSON by simdjson's DOM. Its On-Demand interface accepts broken documents (trailing bytes, bad
// literals) and is not used.
#include <fmt/format.h>
#include <simdjson.h>

#include "drydock/base/error.h"

#include "docker/json.h"

namespace drydock {
namespace {

constexpr std::size_t kMaxDepth = 128;

/// Turns simdjson's tape into values; too deep a nesting ends it.
class Converter {
 public:
  explicit Converter(std::string_view what) : what_(what) {}

  [[nodiscard]] Json convert(simdjson::dom::element element, std::size_t depth = 0) const {
    using simdjson::dom::element_type;
    switch (element.type()) {
      case element_type::ARRAY:
        return convert_array(element.get_array().value_unsafe(), depth + 1);
      case element_type::OBJECT:
        return convert_object(element.get_object().value_unsafe(), depth + 1);
      case element_type::INT64:
        return Json{std::int64_t{element.get_int64().value_unsafe()}};
      case element_type::UINT64:
        return Json{std::uint64_t{element.get_uint64().value_unsafe()}};
      case element_type::DOUBLE:
        return Json{element.get_double().value_unsafe()};
      case element_type::STRING:
        return Json{element.get_string().value_unsafe()};
      case element_type::BOOL:
        return Json{element.get_bool().value_unsafe()};
      case element_type::NULL_VALUE:
        return Json{};
      default:
        // Newer versions can hand out integers past 64 bits; no engine sends any.
        throw ProtocolError(fmt::format("{} holds a number that is too large", what_));
    }
  }

 private:
  [[nodiscard]] Json convert_array(simdjson::dom::array items, std::size_t depth) const {
    check(depth);
    Json::Array out;
    for (const simdjson::dom::element item : items) {
      out.push_back(convert(item, depth));
    }
    return out;
  }

  [[nodiscard]] Json convert_object(simdjson::dom::object members, std::size_t depth) const {
    check(depth);
    Json::Object out;
    for (const simdjson::dom::key_value_pair member : members) {
      out.insert_or_assign(std::string{member.key}, convert(member.value, depth));
    }
    return out;
  }

  void check(std::size_t depth) const {
    if (depth > kMaxDepth) {
      throw ProtocolError(fmt::format("{} is nested deeper than {} levels", what_, kMaxDepth));
    }
  }

  std::string_view what_;
};

}  // namespace

Json parse_json(std::string_view text, std::string_view what, std::size_t capacity) {
  if (text.size() > capacity) {
    throw ProtocolError(fmt::format("{} has {} bytes, more than the {} allowed", what, text.size(), capacity),
                        {}, ErrorCode::ResponseTooLarge);
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::error_code error = parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) {
    throw ProtocolError(fmt::format("{} is not valid JSON: {}", what, simdjson::error_message(error)));
  }
  return Converter{what}.convert(root);
}

}  // namespace drydock

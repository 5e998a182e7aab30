// JSON as a plain value tree, for reading answers and writing request bodies. Reading is done by simdjson in
// json_reader.cpp; writing in json.cpp. A value; not for large documents (response caps bound it).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drydock {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;
  using Value =
      std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object>;

  Json() = default;  ///< null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::uint64_t value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string{value}) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string{value}) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  static Json strings(const std::vector<std::string>& values);
  static Json strings(const std::map<std::string, std::string>& values);

  [[nodiscard]] bool is_null() const noexcept { return value_.index() == 0; }
  [[nodiscard]] bool is_object() const noexcept { return std::holds_alternative<Object>(value_); }
  [[nodiscard]] bool is_array() const noexcept { return std::holds_alternative<Array>(value_); }

  /// Returns the member, or a null value when this is no object or has none of that name. Chains:
  /// j["State"]["Pid"].
  [[nodiscard]] const Json& operator[](std::string_view key) const noexcept;
  /// Returns the member for writing; makes this an object, and the member, when they are not.
  Json& set(std::string_view key);

  // Each of these returns the fallback when the value is of another kind: engines leave fields out, or null,
  // freely.
  [[nodiscard]] std::string string(std::string_view fallback = {}) const;
  [[nodiscard]] std::int64_t integer(std::int64_t fallback = 0) const noexcept;
  [[nodiscard]] std::uint64_t unsigned_integer(std::uint64_t fallback = 0) const noexcept;
  [[nodiscard]] bool boolean(bool fallback = false) const noexcept;
  [[nodiscard]] const Array& array() const noexcept;    ///< empty when it is none
  [[nodiscard]] const Object& object() const noexcept;  ///< empty when it is none
  [[nodiscard]] std::vector<std::string> string_list() const;
  [[nodiscard]] std::map<std::string, std::string> string_map() const;

  /// Returns the text, without spaces, members in key order. Bytes that are not UTF-8 become U+FFFD, for the
  /// engine refuses a body that is not UTF-8.
  [[nodiscard]] std::string dump() const;

  /// Merges `patch` into this value by RFC 7396: objects merge, null removes, anything else replaces.
  void merge_patch(const Json& patch);

  /// Calls `visitor` with the value as the kind that it is; null is std::monostate.
  template <typename Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), value_);
  }

  /// Tells numbers of different kinds apart: 1 is not 1.0.
  friend bool operator==(const Json&, const Json&) = default;

 private:
  Value value_{};
};

/// Parses one whole document. Throws ProtocolError when it is not JSON, has trailing bytes, is nested deeper
/// than 128 or longer than `capacity` bytes. `what` names the document in the message.
[[nodiscard]] Json parse_json(std::string_view text, std::string_view what,
                              std::size_t capacity = std::size_t{32} << 20);

/// Parses one whole document that must be an object: what an engine answers with where the API has one.
/// Throws like parse_json(), and ProtocolError for a document of another kind, which would read as an object
/// without members.
[[nodiscard]] Json parse_object(std::string_view text, std::string_view what,
                                std::size_t capacity = std::size_t{32} << 20);

}  // namespace drydock

#include "container/spec_faults.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"

namespace drydock {
namespace {

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string quote(std::string_view value) {
  return "'" + text::printable(value) + "'";
}

void check_text(std::string_view field, std::string_view value, Faults& faults) {
  if (value.find('\0') != std::string_view::npos) {
    faults.push_back(fmt::format("{} {} has a NUL byte; take it out", field, quote(value)));
  }
  if (!text::is_utf8(value)) {
    faults.push_back(fmt::format("{} {} is not UTF-8; hand such bytes over in a file", field, quote(value)));
  }
}

void check_line(std::string_view field, std::string_view value, Faults& faults) {
  if (text::has_control(value)) {
    faults.push_back(fmt::format("{} {} has a control character; take it out", field, quote(value)));
  }
  if (!text::is_utf8(value)) {
    faults.push_back(fmt::format("{} {} is not UTF-8; the engine takes no other text", field, quote(value)));
  }
}

bool made_of_letters_digits_and(std::string_view others, std::string_view value) noexcept {
  return !value.empty() && std::all_of(value.begin(), value.end(), [others](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_object_name(std::string_view value) noexcept {
  return value.size() >= 2 && is_letter_or_digit(value.front()) && made_of_letters_digits_and("_.-", value);
}

std::string normal_path(std::string_view path) {
  std::string normal = std::filesystem::path{path}.lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') {
    normal.pop_back();
  }
  // POSIX lets two leading slashes mean something else; the engine does not.
  if (normal.rfind("//", 0) == 0) {
    normal.erase(0, 1);
  }
  return normal;
}

bool lies_in(std::string_view path, std::string_view directory) noexcept {
  if (directory == "/") {
    return !path.empty() && path.front() == '/';
  }
  return path.substr(0, directory.size()) == directory &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace drydock

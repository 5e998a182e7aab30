#include "base/text.h"

#include <algorithm>

#include "base/redaction.h"

namespace drydock::text {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letter(char a, char b) noexcept {
  return lower(a) == lower(b);
}

}  // namespace

std::string percent_encode(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char c : raw) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
  return out;
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), is_control);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end() ||
         part.empty();
}

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) {
      out += separator;
    }
    out += part;
  }
  return out;
}

std::string printable(std::string_view text, std::size_t limit) {
  if (holds_secret(text)) {
    // Before it is cut: what is left of a secret would not be found any more.
    return printable(redacted(text), limit);
  }
  std::string out;
  for (const char c : text.substr(0, limit)) {
    if (is_control(c)) {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  if (text.size() > limit) {
    out += "...";
  }
  return out;
}

std::string_view last_lines(std::string_view text, std::size_t lines) noexcept {
  if (lines == 0) {
    return {};
  }
  std::size_t at = text.size();
  if (at > 0 && text.back() == '\n') {
    --at;
  }
  while (at > 0) {
    if (text[at - 1] == '\n' && --lines == 0) {
      break;
    }
    --at;
  }
  return text.substr(at);
}

std::string shell_quote(std::string_view word) {
  const auto is_plain = [](char c) {
    return is_alphanumeric(c) || std::string_view{"-._/:=,@%+"}.find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
    return std::string{word};
  }
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string shell_join(const std::vector<std::string>& argv) {
  std::vector<std::string> words;
  words.reserve(argv.size());
  std::transform(argv.begin(), argv.end(), std::back_inserter(words), shell_quote);
  return join(words, " ");
}

}  // namespace drydock::text

#include "gtest/evidence_report.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/utf8.h"

namespace drydock {
namespace {

constexpr std::size_t kLongestProperty = 16384;

std::string absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path full = std::filesystem::absolute(path, error);
  return error ? path : full.string();
}

bool is_xml_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// Returns the number of bytes of the character that `text` begins with; 0 when it begins with none that XML
// allows.
std::size_t xml_character(std::string_view text) {
  if (is_xml_control(text.front())) {
    return 0;
  }
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size) {
    const std::string_view character = text.substr(0, size);
    if (text::is_utf8(character)) {
      return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF" ? 0 : size;
    }
  }
  return 0;
}

}  // namespace

std::string xml_text(std::string_view text, std::size_t limit) {
  std::string out;
  if (text.size() > limit) {
    text.remove_prefix(text.size() - limit);
    while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U) {
      text.remove_prefix(1);  // the rest of a character that was cut
    }
    out = "...";
  }
  while (!text.empty()) {
    const std::size_t size = xml_character(text);
    out += size == 0 ? "?" : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string evidence_report(const std::vector<Evidence>& evidence, std::string_view what) {
  std::string out = fmt::format(
      "Drydock: {} at the failure of {}\n",
      evidence.size() == 1 ? "the container" : fmt::format("the {} containers", evidence.size()), what);
  for (const Evidence& container : evidence) {
    out += container.to_text();
    out += '\n';
  }
  for (const Evidence& container : evidence) {
    if (!container.log_file.empty()) {
      out += fmt::format("[[ATTACHMENT|{}]]\n", absolute(container.log_file));
    }
  }
  return out;
}

void record_properties(const Evidence& evidence, std::size_t index) {
  const std::string prefix = index == 1 ? "drydock." : fmt::format("drydock.{}.", index);
  const auto record = [&](const char* key, const std::string& value) {
    ::testing::Test::RecordProperty(prefix + key, xml_text(value, kLongestProperty));
  };
  record("container", fmt::format("{} ({})", evidence.name, short_id(evidence.id)));
  record("image", evidence.image);
  record("image_digest", evidence.image_digest);
  record("state", to_string(evidence.state.status));
  record("exit_code", std::to_string(evidence.state.exit_code));
  record("oom_killed", evidence.state.oom_killed ? "true" : "false");
  record("log_file", evidence.log_file.empty() ? "" : absolute(evidence.log_file));
  record("log_tail", evidence.log_tail);
  record("run_line", evidence.run_line);
}

}  // namespace drydock

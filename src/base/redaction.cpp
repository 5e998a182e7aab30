#include "base/redaction.h"

#include <algorithm>
#include <atomic>

namespace drydock {
namespace {

constexpr std::size_t kShortest = 4;

/// A list that only grows and is never destroyed: nobody waits for a lock that a fork may have copied.
struct Entry {
  const std::string value;
  const Entry* const next;
};

std::atomic<const Entry*> entries{nullptr};

bool is_known(const Entry* from, const Entry* to, std::string_view value) {
  for (; from != to; from = from->next) {
    if (from->value == value) {
      return true;
    }
  }
  return false;
}

}  // namespace

void keep_secret(std::string_view value) {
  if (value.size() < kShortest) {
    return;
  }
  const Entry* seen = nullptr;
  const Entry* head = entries.load(std::memory_order_acquire);
  while (!is_known(head, seen, value)) {
    const auto* const entry = new Entry{std::string{value}, head};
    seen = head;
    if (entries.compare_exchange_strong(head, entry)) {
      return;
    }
    delete entry;
  }
}

bool holds_secret(std::string_view text) noexcept {
  for (const Entry* entry = entries.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
    if (text.find(entry->value) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string redacted(std::string_view text) {
  std::string out{text};
  if (!holds_secret(text)) {
    return out;
  }
  // Longest first: a secret that begins another must not leave the other's end readable.
  std::vector<std::string_view> values;
  for (const Entry* entry = entries.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
    values.emplace_back(entry->value);
  }
  std::sort(values.begin(), values.end(),
            [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  for (const std::string_view value : values) {
    for (std::size_t at = out.find(value); at != std::string::npos; at = out.find(value, at + kMask.size())) {
      out.replace(at, value.size(), kMask);
    }
  }
  return out;
}

std::vector<std::string> redacted(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (const std::string& word : words) {
    out.push_back(redacted(std::string_view{word}));
  }
  return out;
}

}  // namespace drydock

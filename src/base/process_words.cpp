#include "base/process_words.h"

#include <unistd.h>

namespace drydock {

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) {
    out.push_back(word.data());
  }
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string pair = *entry;
    if (!more.contains(pair.substr(0, pair.find('=')))) {
      all.push_back(pair);
    }
  }
  for (const auto& [name, value] : more) {
    all.push_back(name + "=" + value);
  }
  return all;
}

}  // namespace drydock

#include "support/request_table.h"

#include <fstream>
#include <regex>

#include "base/text.h"

namespace drydock {
namespace {

// Returns what stands between backticks.
std::vector<std::string> quoted(std::string_view cell) {
  std::vector<std::string> all;
  for (std::size_t open = cell.find('`'); open != std::string_view::npos; open = cell.find('`', open)) {
    const std::size_t close = cell.find('`', open + 1);
    if (close == std::string_view::npos) {
      break;
    }
    all.emplace_back(cell.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return all;
}

}  // namespace

RequestTable read_request_table(std::string_view section) {
  RequestTable table;
  std::ifstream file{std::string{DRYDOCK_TEST_SOURCE_DIR} + "/docs/requests.md"};
  bool is_here = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) {
      is_here = line == "## " + std::string{section};
    } else if (is_here && line.starts_with("| `")) {
      const std::size_t cut = line.find("` |");
      const std::vector<std::string> name = quoted(line.substr(0, cut + 1));
      if (cut != std::string::npos && name.size() == 1) {
        table[name.front()] = quoted(std::string_view{line}.substr(cut + 1));
      }
    }
  }
  return table;
}

std::string as_in_table(std::string_view request) {
  static const std::regex version{"/v1\\.[0-9]+"};
  static const std::regex id{"/(sha256(:|%3A))?[0-9a-f]{64}"};
  static const std::regex name{"/drydock-[^/]*"};
  static const std::regex image{"/images/.*/(json|tag)"};
  std::string text{request.substr(0, request.find('?'))};
  text = std::regex_replace(text, version, "", std::regex_constants::format_first_only);
  text = std::regex_replace(text, id, "/ID");
  text = std::regex_replace(text, name, "/NAME");
  return std::regex_replace(text, image, "/images/IMAGE/$1");
}

}  // namespace drydock

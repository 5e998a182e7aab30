#include "support/small_tar.h"

#include <numeric>

#include <fmt/format.h>

namespace drydock {
namespace {

constexpr std::size_t kBlock = 512;

void put(std::string& header, std::size_t offset, std::string_view text) {
  header.replace(offset, text.size(), text);
}

}  // namespace

std::string tar_of_file(std::string_view name, std::string_view content) {
  // The offsets are POSIX.1-2017's, "pax Interchange Format", ustar header block.
  std::string header(kBlock, '\0');
  put(header, 0, name.substr(0, 99));
  put(header, 100, "0000644");
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, 124, fmt::format("{:011o}", content.size()));
  put(header, 136, "00000000000");
  put(header, 148, "        ");
  put(header, 156, "0");
  put(header, 257, std::string_view{"ustar\00000", 8});
  const unsigned sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned total, char c) {
    return total + static_cast<unsigned char>(c);
  });
  put(header, 148, fmt::format("{:06o}", sum) + '\0');
  std::string archive = header.append(content);
  archive.resize((archive.size() + kBlock - 1) / kBlock * kBlock + 2 * kBlock, '\0');
  return archive;
}

}  // namespace drydock

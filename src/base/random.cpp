#include "base/random.h"

#include <cerrno>
#include <cstdint>
#include <sys/random.h>
#include <system_error>

namespace drydock {
namespace {

void fill(char* bytes, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t n = ::getrandom(bytes + filled, size - filled, 0);
    if (n < 0) {
      if (errno == EINTR) {
        continue;
      }
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    filled += static_cast<std::size_t>(n);
  }
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill(raw.data(), raw.size());
  std::string out;
  out.reserve(bytes * 2);
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    out += "0123456789abcdef"[byte >> 4U];
    out += "0123456789abcdef"[byte & 0xFU];
  }
  return out;
}

double random_share() {
  std::uint64_t bits = 0;
  fill(reinterpret_cast<char*>(&bits), sizeof(bits));
  constexpr unsigned kMantissa = 53;
  return static_cast<double>(bits >> (64U - kMantissa)) / static_cast<double>(std::uint64_t{1} << kMantissa);
}

}  // namespace drydock

#include "container/local_addresses.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <ifaddrs.h>
#include <memory>
#include <sys/socket.h>
#include <vector>

#include "base/unique_fd.h"

namespace drydock {
namespace {

constexpr int kBits = 32;

std::vector<in_addr> own_addresses() {
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) {
    return {};
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{found, &::freeifaddrs};
  std::vector<in_addr> addresses;
  for (const ifaddrs* each = found; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET) {
      addresses.push_back(reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr);
    }
  }
  return addresses;
}

std::optional<in_addr> parse(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 ? std::optional{address} : std::nullopt;
}

std::string to_text(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> buffer{};
  return ::inet_ntop(AF_INET, &address, buffer.data(), buffer.size());
}

// Returns the network mask of "a.b.c.d/bits" in network order; empty when that is not what it is.
std::optional<in_addr_t> mask_of(const std::string& subnet, std::size_t slash) {
  int bits = 0;
  const char* const end = subnet.data() + subnet.size();
  const auto [stop, error] = std::from_chars(subnet.data() + slash + 1, end, bits);
  if (error != std::errc{} || stop != end || bits < 1 || bits > kBits) {
    return std::nullopt;
  }
  return htonl(~in_addr_t{0} << static_cast<unsigned>(kBits - bits));
}

}  // namespace

bool is_own_address(const in_addr& address) {
  const std::vector<in_addr> own = own_addresses();
  return std::any_of(own.begin(), own.end(),
                     [&address](const in_addr& each) { return each.s_addr == address.s_addr; });
}

bool is_own_address(const std::string& address) {
  const std::optional<in_addr> parsed = parse(address);
  return parsed && is_own_address(*parsed);
}

std::optional<std::string> own_address_in(const std::string& subnet) {
  const std::size_t slash = subnet.find('/');
  const std::optional<in_addr> base = parse(subnet.substr(0, slash));
  if (!base || slash == std::string::npos) {
    return std::nullopt;
  }
  const std::optional<in_addr_t> mask = mask_of(subnet, slash);
  for (const in_addr& each : own_addresses()) {
    if (mask && (each.s_addr & *mask) == (base->s_addr & *mask)) {
      return to_text(each);
    }
  }
  return std::nullopt;
}

std::optional<std::string> outward_address() {
  const UniqueFd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);                // discard
  address.sin_addr = *parse("198.51.100.1");  // for documentation (RFC 5737): nobody has it
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  // connect(2) on a datagram socket only chooses the route.
  if (::connect(socket.get(), generic, size) != 0 || ::getsockname(socket.get(), generic, &size) != 0) {
    return std::nullopt;
  }
  return to_text(address.sin_addr);
}

}  // namespace drydock

#include "base/read_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace drydock {

std::string read_file(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string content;
  std::array<char, 4096> buffer{};
  while (file.valid()) {
    const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
    if (size > 0) {
      content.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (size == 0 || errno != EINTR) {
      break;
    }
  }
  return content;
}

}  // namespace drydock

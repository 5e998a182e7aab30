#include "container/run_files.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <system_error>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "base/sha256.h"
#include "container/file_lock.h"
#include "container/watch_log.h"

namespace drydock {
namespace {

std::string short_hash(const std::string& text) {
  return sha256_hex(text).substr(0, 16);
}

std::string use_prefix(const Owner& run) {
  return fmt::format("use-{}-", short_hash(run.to_text()));
}

// Files without a name, for they would have nobody to remove them. Each use opens them anew.
struct MemoryFiles {
  explicit MemoryFiles(const MemoryFiles* /*inherited*/) {}

  std::mutex mutex;
  std::map<std::string, UniqueFd> files;
};

PerProcess<MemoryFiles> memory_files;

UniqueFd open_in_memory(const std::string& name) {
  MemoryFiles& all = memory_files.get();
  const std::lock_guard lock{all.mutex};
  UniqueFd& file = all.files[name];
  if (!file.valid()) {
    file = above_standard_streams(UniqueFd{::memfd_create("drydock-use", MFD_CLOEXEC)});
  }
  UniqueFd opened{::open(fmt::format("/proc/self/fd/{}", file.get()).c_str(), O_RDWR | O_CLOEXEC)};
  if (!opened.valid()) {
    throw std::system_error(errno, std::generic_category(), "cannot open a lock file in memory");
  }
  return above_standard_streams(std::move(opened));
}

}  // namespace

std::string watch_lock_path(const Owner& run, const std::string& endpoint) {
  return fmt::format("{}/watch-{}.lock", state_directory(), short_hash(run.to_text() + '\n' + endpoint));
}

UniqueFd open_use_lock(const Run& run, const std::string& endpoint, const std::string& name) {
  const std::string container = endpoint + '\n' + name;
  return run.is_this_process ? open_in_memory(container)
                             : open_lock_file(fmt::format("{}/{}{}.lock", state_directory(),
                                                          use_prefix(run.owner), short_hash(container)));
}

void remove_run_files(const Owner& run, const std::string& watch_lock) noexcept {
  try {
    const std::filesystem::path own{watch_lock};
    const std::string prefix = use_prefix(run);
    std::error_code ignored;
    for (const std::filesystem::directory_entry& entry :
         std::filesystem::directory_iterator(own.parent_path())) {
      if (entry.path().filename().string().starts_with(prefix)) {
        std::filesystem::remove(entry.path(), ignored);
      }
    }
    std::filesystem::remove(own, ignored);
  } catch (const std::exception& error) {
    log::debug(error.what());
  }
}

}  // namespace drydock

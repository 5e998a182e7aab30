#include "container/tar_writer.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

namespace drydock {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxOctal7 = 07777777;       // uid and gid: seven digits
constexpr std::uint64_t kMaxOctal11 = 077777777777;  // size: eleven digits, 8 GiB less one
constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxPrefix = 155;

// Offsets and widths of a ustar header's fields.
struct Field {
  std::size_t offset, width;
};
constexpr Field kName{0, kMaxName}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12}, kTime{136, 12},
    kChecksum{148, 8}, kType{156, 1}, kMagic{257, 8}, kPrefix{345, kMaxPrefix};

void put(std::string& block, Field field, std::string_view value) {
  block.replace(field.offset, std::min(value.size(), field.width), value.substr(0, field.width));
}

// As many digits as fit before the closing NUL.
void put_octal(std::string& block, Field field, std::uint64_t value) {
  for (std::size_t i = field.width - 1; i-- > 0; value >>= 3U) {
    block[field.offset + i] = static_cast<char>('0' + (value & 7U));
  }
}

void put_checksum(std::string& block) {
  put(block, kChecksum, "        ");
  const std::uint64_t sum =
      std::accumulate(block.begin(), block.end(), std::uint64_t{0},
                      [](auto total, char c) { return total + static_cast<unsigned char>(c); });
  put_octal(block, {kChecksum.offset, 7}, sum);
  block[kChecksum.offset + 6] = '\0';
}

std::string fill_up(std::string content) {
  content.resize((content.size() + kBlock - 1) / kBlock * kBlock);
  return content;
}

// A pax record counts its own length, digits included.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  length = rest + std::to_string(length).size();
  std::string record = std::to_string(length);
  record.append(1, ' ').append(key).append(1, '=').append(value).append(1, '\n');
  return record;
}

// Finds the slash at which a path is cut into ustar's prefix and name; npos when it cannot be.
std::size_t cut_of(std::string_view path) {
  for (std::size_t at = path.find('/'); at != std::string_view::npos && at <= kMaxPrefix;
       at = path.find('/', at + 1)) {
    const std::size_t name = path.size() - at - 1;
    if (name > 0 && name <= kMaxName) {
      return at;
    }
  }
  return std::string_view::npos;
}

std::string header_block(std::string_view name, std::string_view prefix, char type, const File& file,
                         std::uint64_t size) {
  std::string block(kBlock, '\0');
  put(block, kName, name);
  put_octal(block, kMode, file.mode & 07777U);
  put_octal(block, kUid, file.uid);
  put_octal(block, kGid, file.gid);
  put_octal(block, kSize, size);
  put_octal(block, kTime, 0);
  put(block, kType, {&type, 1});
  put(block, kMagic, std::string_view{"ustar\00000", 8});
  put(block, kPrefix, prefix);
  put_checksum(block);
  return block;
}

}  // namespace

std::string tar_header(const File& file, std::uint64_t size) {
  std::string_view name = file.path;
  name.remove_prefix(std::min(name.find_first_not_of('/'), name.size()));
  std::string_view prefix;
  std::string records;
  if (name.size() > kMaxName) {
    const std::size_t cut = cut_of(name);
    if (cut == std::string_view::npos) {
      records += pax_record("path", name);
    } else {
      prefix = name.substr(0, cut);
      name.remove_prefix(cut + 1);
    }
  }
  if (file.uid > kMaxOctal7) {
    records += pax_record("uid", std::to_string(file.uid));
  }
  if (file.gid > kMaxOctal7) {
    records += pax_record("gid", std::to_string(file.gid));
  }
  if (size > kMaxOctal11) {
    records += pax_record("size", std::to_string(size));
  }
  std::string header;
  if (!records.empty()) {
    header = header_block("PaxHeaders/0", "", 'x', File{}, records.size()) + fill_up(records);
  }
  return header + header_block(name, prefix, '0', file, size);
}

std::string make_tar(const std::vector<File>& files) {
  std::string archive;
  for (const File& file : files) {
    archive += tar_header(file, file.content.size());
    archive += file.content;
    archive = fill_up(std::move(archive));
  }
  // The end is two empty blocks: an archive that is cut short is then told from a whole one.
  archive.append(2 * kBlock, '\0');
  return archive;
}

}  // namespace drydock

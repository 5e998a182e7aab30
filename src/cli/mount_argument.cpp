#include "cli/mount_argument.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "cli/number.h"

namespace drydock::cli {
namespace {

constexpr long long kPermissionBits = 07777;
constexpr int kOctal = 8;

[[noreturn]] void fail(std::string_view text, const std::string& why) {
  throw InvalidArgumentError(fmt::format(
      "--mount is '{}': {}; write type=bind,source=/on/the/host,target=/in/the/container[,readonly], "
      "type=volume,source=NAME,target=..., or type=tmpfs,target=...[,tmpfs-size=64m][,tmpfs-mode=1777]",
      text::printable(text), why));
}

// Bytes, or with k, m or g: of 1024.
std::optional<long long> parse_size(std::string_view text) {
  constexpr std::string_view kUnits = "kmg";
  constexpr int kBitsOfAUnit = 10;
  int shift = 0;
  if (!text.empty()) {
    if (const std::size_t unit = kUnits.find(text.back()); unit != std::string_view::npos) {
      shift = static_cast<int>(unit + 1) * kBitsOfAUnit;
      text.remove_suffix(1);
    }
  }
  const auto number = parse_number(text, 1, std::numeric_limits<std::int64_t>::max() >> shift);
  return number ? std::optional{*number << shift} : std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Mount parse() {
    for (const std::string& field : text::split(text_, ',')) {
      const std::size_t equals = field.find('=');
      take(field.substr(0, equals),
           equals == std::string::npos ? std::nullopt : std::optional{field.substr(equals + 1)});
    }
    if (mount_.target.empty()) {
      fail(text_, "the target is missing");
    }
    if (mount_.type == Mount::Type::Tmpfs && !mount_.source.empty()) {
      fail(text_, "a tmpfs has no source");
    }
    if (mount_.type != Mount::Type::Tmpfs && is_tmpfs_only_) {
      fail(text_, "tmpfs-size and tmpfs-mode are for a tmpfs");
    }
    return mount_;
  }

 private:
  void take(const std::string& key, const std::optional<std::string>& value) {
    if (key == "readonly" || key == "ro") {
      take_read_only(key, value);
      return;
    }
    if (!value || value->empty()) {
      fail(text_, fmt::format("'{}' has no value", text::printable(key)));
    }
    if (key == "type") {
      take_type(*value);
    } else if (key == "source" || key == "src") {
      mount_.source = *value;
    } else if (key == "target" || key == "dst" || key == "destination") {
      mount_.target = *value;
    } else if (key == "tmpfs-size") {
      mount_.tmpfs_bytes = require(parse_size(*value), key, *value);
      is_tmpfs_only_ = true;
    } else if (key == "tmpfs-mode") {
      mount_.tmpfs_mode =
          static_cast<unsigned>(require(parse_number(*value, 0, kPermissionBits, kOctal), key, *value));
      is_tmpfs_only_ = true;
    } else {
      fail(text_, fmt::format("'{}' is no key of a mount", text::printable(key)));
    }
  }

  void take_read_only(const std::string& key, const std::optional<std::string>& value) {
    if (value && value != "true" && value != "false") {
      fail(text_, fmt::format("'{}' is '{}', neither true nor false", key, text::printable(*value)));
    }
    mount_.read_only = value != "false";
  }

  void take_type(const std::string& value) {
    if (value == "bind") {
      mount_.type = Mount::Type::Bind;
    } else if (value == "volume") {
      mount_.type = Mount::Type::Volume;
    } else if (value == "tmpfs") {
      mount_.type = Mount::Type::Tmpfs;
    } else {
      fail(text_, fmt::format("the type '{}' is none of bind, volume, tmpfs", text::printable(value)));
    }
  }

  [[nodiscard]] long long require(std::optional<long long> number, const std::string& key,
                                  const std::string& value) const {
    if (!number) {
      fail(text_, fmt::format("'{}' is '{}', which is no such number", key, text::printable(value)));
    }
    return *number;
  }

  const std::string_view text_;
  Mount mount_{.type = Mount::Type::Volume};
  bool is_tmpfs_only_{false};
};

}  // namespace

Mount parse_mount(std::string_view text) {
  return Parser{text}.parse();
}

}  // namespace drydock::cli

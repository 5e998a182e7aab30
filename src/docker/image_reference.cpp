// The grammar of image references, after the distribution project's reference package.
#include <algorithm>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestTag = 128;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
}
bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

[[noreturn]] void refuse(std::string_view text, const std::string& fault) {
  throw InvalidArgumentError(
      fmt::format("image reference '{}': {}; write it as [registry/]repository[:tag][@digest]",
                  text::printable(text, 300), fault),
      {.operation = "image reference", .resource = text::printable(text, 300)});
}

/// The first component is a registry when it looks like a host: it has a dot or a colon, or is localhost.
bool is_registry(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != std::string_view::npos ||
         std::any_of(first.begin(), first.end(), is_upper);
}

bool is_host_label(std::string_view label) {
  const auto is_allowed = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '-'; };
  return !label.empty() && label.front() != '-' && label.back() != '-' && all(label, is_allowed);
}

bool is_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    const std::string_view address = host.substr(1, host.size() - 2);
    const auto is_allowed = [](char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F') || c == ':'; };
    return !address.empty() && all(address, is_allowed);
  }
  const std::vector<std::string> labels = text::split(host, '.');
  return std::all_of(labels.begin(), labels.end(), is_host_label);
}

void check_registry(std::string_view text, std::string_view registry) {
  const std::size_t bracket = registry.find(']');
  const std::size_t colon = registry.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (!is_host(registry.substr(0, colon))) {
    refuse(text, fmt::format("'{}' is no registry host", registry));
  }
  if (colon != std::string_view::npos) {
    const std::string_view port = registry.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !all(port, is_digit)) {
      refuse(text, fmt::format("'{}' is no registry port", port));
    }
  }
}

/// A component is runs of [a-z0-9]+, joined by one '.', one or two '_', or any number of '-'.
bool is_component(std::string_view component) {
  const auto is_plain = [](char c) { return is_lower(c) || is_digit(c); };
  if (component.empty() || !is_plain(component.front()) || !is_plain(component.back())) {
    return false;
  }
  for (std::size_t i = 0; i < component.size();) {
    if (is_plain(component[i])) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < component.size() && !is_plain(component[i])) {
      ++i;
    }
    const std::string_view separator = component.substr(start, i - start);
    const bool is_dashes = all(separator, [](char c) { return c == '-'; });
    if (separator != "." && separator != "_" && separator != "__" && !is_dashes) {
      return false;
    }
  }
  return true;
}

void check_repository(std::string_view text, std::string_view repository) {
  for (const std::string& component : text::split(repository, '/')) {
    if (is_component(component)) {
      continue;
    }
    if (std::any_of(component.begin(), component.end(), is_upper)) {
      refuse(text, fmt::format("'{}' has upper-case letters, and a repository's name must not have any",
                               component));
    }
    refuse(text, component.empty() ? "a part of its name is empty"
                                   : fmt::format("'{}' is no part of a repository's name", component));
  }
  const bool is_id = repository.size() == 64 && all(repository, is_lower_hex);
  if (is_id) {
    refuse(text,
           "64 hexadecimal digits are an image id, which has no repository; write 'sha256:' before them");
  }
}

void check_tag(std::string_view text, std::string_view tag) {
  const auto is_allowed = [](char c) { return is_word(c) || c == '.' || c == '-'; };
  if (tag.empty() || tag.size() > kLongestTag || !is_word(tag.front()) || !all(tag, is_allowed)) {
    refuse(text,
           fmt::format("'{}' is no tag: 1 to {} letters, digits, '_', '.' and '-', not beginning with '.' "
                       "or '-'",
                       tag, kLongestTag));
  }
}

/// `algorithm:hex`; the hex of the algorithms that are in use has a length that is known.
void check_digest(std::string_view text, std::string_view digest) {
  const std::size_t colon = digest.find(':');
  const std::string_view algorithm = digest.substr(0, colon);
  const std::string_view hex = colon == std::string_view::npos ? "" : digest.substr(colon + 1);
  const std::size_t length = algorithm == "sha256"   ? 64
                             : algorithm == "sha384" ? 96
                             : algorithm == "sha512" ? 128
                                                     : 0;
  if (length == 0) {
    refuse(text, fmt::format("'{}' is no digest of a known algorithm (sha256, sha384, sha512)", digest));
  }
  if (hex.size() != length || !all(hex, is_lower_hex)) {
    refuse(text, fmt::format("a {} digest has {} lower-case hexadecimal digits", algorithm, length));
  }
}

}  // namespace

ImageReference ImageReference::parse(std::string_view text) {
  if (text.empty()) {
    refuse(text, "it is empty");
  }
  ImageReference reference;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    check_digest(text, reference.digest);
    rest = rest.substr(0, at);
  }
  const std::size_t slash = rest.rfind('/');
  if (const std::size_t colon = rest.find(':', slash == std::string_view::npos ? 0 : slash);
      colon != std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    check_tag(text, reference.tag);
    rest = rest.substr(0, colon);
  }
  if (const std::size_t first = rest.find('/');
      first != std::string_view::npos && is_registry(rest.substr(0, first))) {
    reference.registry = rest.substr(0, first);
    check_registry(text, reference.registry);
    rest = rest.substr(first + 1);
  }
  reference.repository = rest;
  check_repository(text, reference.repository);
  if (reference.name().size() > kLongestName) {
    refuse(text, fmt::format("its name is longer than {} characters", kLongestName));
  }
  if (reference.tag.empty() && reference.digest.empty()) {
    reference.tag = "latest";
  }
  return reference;
}

std::string ImageReference::name() const {
  return registry.empty() ? repository : registry + "/" + repository;
}

std::string ImageReference::to_string() const {
  std::string out = name();
  if (!tag.empty()) {
    out += ":" + tag;
  }
  if (!digest.empty()) {
    out += "@" + digest;
  }
  return out;
}

}  // namespace drydock

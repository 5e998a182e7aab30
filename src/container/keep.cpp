#include "container/keep.h"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "container/labels.h"

namespace drydock {
namespace {

constexpr std::string_view kKeptPrefix = "drydock-kept-";

}  // namespace

KeepPolicy keep_policy() {
  const char* const chosen = std::getenv("DRYDOCK_KEEP");
  const std::string_view text = chosen != nullptr ? chosen : "";
  if (text.empty() || text == "never") {
    return KeepPolicy::Never;
  }
  if (text == "failure") {
    return KeepPolicy::OnFailure;
  }
  if (text == "always") {
    return KeepPolicy::Always;
  }
  throw InvalidArgumentError(fmt::format("DRYDOCK_KEEP is '{}'; set it to 'never', 'failure' or 'always'",
                                         text::printable(text, 80)));
}

bool is_kept(const Labels& labels, std::string_view name) {
  return labels.contains(label::kKeep) || name.starts_with(kKeptPrefix);
}

std::string kept_name(std::chrono::system_clock::time_point when, std::string_view nonce) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
  return fmt::format("{}{}-{}", kKeptPrefix, seconds, nonce.substr(0, 8));
}

std::optional<long long> kept_since(std::string_view name) {
  if (!name.starts_with(kKeptPrefix)) {
    return std::nullopt;
  }
  name.remove_prefix(kKeptPrefix.size());
  long long seconds = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), seconds);
  return error == std::errc{} ? std::optional{seconds} : std::nullopt;
}

std::string kept_notice(std::string_view name, std::string_view image, bool is_running,
                        std::string_view anchor) {
  const std::string enter = is_running ? fmt::format("docker exec -it {} sh", name)
                                       : fmt::format("docker start -ai {0}; or see docker logs {0}", name);
  return fmt::format(
      "kept the container '{0}' of the image '{1}'\n  enter   {2}\n  remove  docker rm -f -v {0}{3}{4}", name,
      image, enter, anchor.empty() ? "" : " ", anchor);
}

}  // namespace drydock

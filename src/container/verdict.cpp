#include "container/verdict.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "container/keep.h"
#include "container/labels.h"

namespace drydock {
namespace {

std::optional<std::int64_t> seconds(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size() && value >= 0;
  return is_number ? std::optional{value} : std::nullopt;
}

bool is_expired(const Labels& labels, std::chrono::system_clock::time_point now) {
  const std::optional<std::int64_t> created = seconds(value_of(labels, label::kCreated));
  const std::optional<std::int64_t> ttl = seconds(value_of(labels, label::kTtl));
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return created && ttl && *created <= age && age - *created > *ttl;
}

}  // namespace

const char* to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Foreign:
      return "foreign";
    case Verdict::Kept:
      return "kept";
    case Verdict::Alive:
      return "alive";
    case Verdict::Elsewhere:
      return "elsewhere";
    case Verdict::Dead:
      return "dead";
    case Verdict::Expired:
      return "expired";
  }
  return "unknown";
}

Verdict judge(const Labels& labels, std::string_view name, std::chrono::system_clock::time_point now,
              const std::function<Liveness(const Owner&)>& look) {
  const Verdict verdict = judge_unkept(labels, now, look);
  return verdict != Verdict::Foreign && is_kept(labels, name) ? Verdict::Kept : verdict;
}

Verdict judge_unkept(const Labels& labels, std::chrono::system_clock::time_point now,
                     const std::function<Liveness(const Owner&)>& look) {
  const std::optional<Owner> owner = Owner::parse(value_of(labels, label::kOwner));
  if (!owner || value_of(labels, label::kSession).empty()) {
    return Verdict::Foreign;
  }
  switch (look(*owner)) {
    case Liveness::Alive:
      return Verdict::Alive;
    case Liveness::Dead:
      return Verdict::Dead;
    case Liveness::Unknown:
      break;
  }
  return is_expired(labels, now) ? Verdict::Expired : Verdict::Elsewhere;
}

}  // namespace drydock

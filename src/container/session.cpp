#include "container/session.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "drydock/base/error.h"

#include "base/per_process.h"
#include "base/random.h"
#include "base/text.h"
#include "container/keep.h"
#include "container/made_ahead.h"

namespace drydock {
namespace {

struct Identity {
  explicit Identity(const Identity* /*inherited*/) {
    if (!owner.is_complete()) {
      throw Error(
          ErrorCode::Unsupported,
          "who this process is cannot be read from /proc (is it mounted, are there descriptors left?), "
          "and what it makes could not be told from others'",
          {.operation = "session"});
    }
  }

  const std::string random_id{random_hex(8)};
  const Owner owner{Owner::of_this_process()};
};

PerProcess<Identity> identity;

bool is_session_id(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_allowed);
}

std::string seconds_since_epoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::string time_to_live() {
  const char* const chosen = std::getenv("DRYDOCK_TTL");
  if (chosen == nullptr || *chosen == '\0') {
    return "21600";  // six hours: longer than a CI system lets a job run
  }
  const std::string_view text = chosen;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t kYear = 31'536'000;
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 1 || seconds > kYear) {
    throw InvalidArgumentError("DRYDOCK_TTL is '" + text::printable(text, 80) +
                               "', which is not a number of seconds from 1 to 31536000; correct or unset it");
  }
  return std::to_string(seconds);
}

}  // namespace

std::optional<std::string> joined_session() {
  const char* const joined = std::getenv("DRYDOCK_SESSION");
  if (joined == nullptr || *joined == '\0') {
    return std::nullopt;
  }
  if (!is_session_id(joined)) {
    throw InvalidArgumentError("DRYDOCK_SESSION is '" + text::printable(joined, 80) +
                               "', which is not 1 to 64 letters, digits, '.', '_' and '-'; correct or unset "
                               "it");
  }
  return joined;
}

Session current_session() {
  const Identity& self = identity.get();
  return {joined_session().value_or(self.random_id), self.owner};
}

NewObject new_object() {
  return new_object(current_session());
}

NewObject new_object(const Session& session) {
  NewObject made{.nonce = random_hex(16)};
  made.unique_name = "drydock-" + session.id.substr(0, 8) + "-" + made.nonce.substr(0, 8);
  made.labels = {{label::kSession, session.id},
                 {label::kOwner, session.owner.to_text()},
                 {label::kNonce, made.nonce},
                 {label::kCreated, seconds_since_epoch()},
                 {label::kTtl, time_to_live()}};
  if (keep_policy() == KeepPolicy::Always) {
    made.kept = true;
    made.labels[label::kKeep] = "always";
  }
  if (std::string test = MadeAhead::test(); !test.empty()) {
    made.labels[label::kTest] = std::move(test);
  }
  return made;
}

}  // namespace drydock

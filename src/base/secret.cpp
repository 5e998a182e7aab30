#include "drydock/base/secret.h"

#include <ostream>

#include "base/redaction.h"

namespace drydock {

Secret::Secret(std::string value) : value_(std::move(value)) {
  keep_secret(value_);
}

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return out << (secret.empty() ? std::string_view{"no secret"} : kMask);
}

void PrintTo(const Secret& secret, std::ostream* out) {
  *out << secret;
}

}  // namespace drydock

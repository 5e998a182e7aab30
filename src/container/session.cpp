#include "container/session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

#include "drydock/base/error.h"
#include "drydock/container/test_context.h"

#include "base/random.h"
#include "base/text.h"
#include "container/per_process.h"

namespace drydock {
namespace {

struct Identity {
  explicit Identity(const Identity* inherited)
      : owner(Owner::of_this_process()),
        parent(inherited != nullptr ? std::optional{inherited->owner} : std::nullopt) {}

  const std::string random_id{random_hex(8)};
  const Owner owner;
  const std::optional<Owner> parent;
};

PerProcess<Identity> identity;

// Set once, by the process itself: 0 means that no parent was declared.
std::atomic<pid_t> declared_parent{0};

bool is_session_id(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_allowed);
}

std::string session_id(const Identity& self) {
  const char* const joined = std::getenv("DRYDOCK_SESSION");
  if (joined == nullptr || *joined == '\0') {
    return self.random_id;
  }
  if (!is_session_id(joined)) {
    throw InvalidArgumentError("DRYDOCK_SESSION is '" + text::printable(joined, 80) +
                               "', which is not 1 to 64 letters, digits, '.', '_' and '-'; correct or unset "
                               "it");
  }
  return joined;
}

std::string seconds_since_epoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

}  // namespace

Session current_session() {
  const Identity& self = identity.get();
  std::optional<Owner> parent = self.parent;
  if (const pid_t declared = declared_parent.load(); !parent && declared != 0) {
    parent = Owner::of(declared);
  }
  return {session_id(self), self.owner, std::move(parent)};
}

void remember_this_process() {
  identity.get();
}

NewObject new_object() {
  const Session session = current_session();
  NewObject made{.nonce = random_hex(16)};
  made.unique_name = "drydock-" + session.id.substr(0, 8) + "-" + made.nonce.substr(0, 8);
  made.labels = {{label::kSession, session.id},
                 {label::kOwner, session.owner.to_text()},
                 {label::kNonce, made.nonce},
                 {label::kCreated, seconds_since_epoch()}};
  if (session.parent) {
    made.labels[label::kParent] = session.parent->to_text();
  }
  if (const std::optional<TestContext> context = test_context(); context && !context->test.empty()) {
    made.labels[label::kTest] = context->test;
  }
  return made;
}

void set_child_of_parent_process() {
  declared_parent = ::getppid();
}

}  // namespace drydock

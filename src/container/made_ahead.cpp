#include "container/made_ahead.h"

#include <optional>
#include <utility>

#include "drydock/container/test_context.h"

namespace drydock {
namespace {

thread_local const MadeAhead* innermost = nullptr;

}  // namespace

MadeAhead::MadeAhead(std::string whose) : whose_(std::move(whose)), outer_(std::exchange(innermost, this)) {}

MadeAhead::~MadeAhead() {
  innermost = outer_;
}

std::string MadeAhead::test() {
  if (innermost != nullptr) {
    return innermost->whose_;
  }
  const std::optional<TestContext> context = test_context();
  return context ? context->test : std::string{};
}

}  // namespace drydock

#include "drydock/container/wait.h"

namespace drydock::wait {

// Not inline: the conversions between Condition and its kinds cost every test file compile time.
Condition any_of(std::vector<Condition> conditions) {
  return AnyOf{std::move(conditions)};
}

}  // namespace drydock::wait

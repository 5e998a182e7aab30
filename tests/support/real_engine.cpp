#include "support/real_engine.h"

#include "container/session.h"

namespace drydock {

std::vector<std::string> left_behind_here() {
  return left_behind(std::string{label::kSession} + "=" + current_session().id);
}

}  // namespace drydock

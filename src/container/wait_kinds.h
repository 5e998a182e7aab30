// The value that a wait::Condition holds, for std::visit.
#pragma once

#include <variant>

#include "drydock/container/wait.h"

namespace drydock::wait {

struct AnyKind {
  std::variant<Started, LogLine, PortOpen, HttpOk, Healthy, ExecSucceeds, Exited, Custom, AnyOf> value;
};

/// Calls `visitor` with the condition's own kind.
template <typename Visitor>
decltype(auto) visit(Visitor&& visitor, const Condition& condition) {
  return std::visit(std::forward<Visitor>(visitor), condition.kind().value);
}

}  // namespace drydock::wait

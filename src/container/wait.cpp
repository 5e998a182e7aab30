#include "drydock/container/wait.h"

#include "container/wait_kinds.h"

namespace drydock::wait {
namespace {

template <typename Kind>
std::shared_ptr<const AnyKind> hold(Kind&& kind) {
  return std::make_shared<const AnyKind>(AnyKind{std::forward<Kind>(kind)});
}

}  // namespace

Condition::Condition(Started started) : kind_(hold(started)) {}
Condition::Condition(LogLine line) : kind_(hold(std::move(line))) {}
Condition::Condition(PortOpen port) : kind_(hold(port)) {}
Condition::Condition(HttpOk http) : kind_(hold(std::move(http))) {}
Condition::Condition(Healthy healthy) : kind_(hold(healthy)) {}
Condition::Condition(ExecSucceeds exec) : kind_(hold(std::move(exec))) {}
Condition::Condition(Exited exited) : kind_(hold(exited)) {}
Condition::Condition(Custom custom) : kind_(hold(std::move(custom))) {}
Condition::Condition(AnyOf alternatives) : kind_(hold(std::move(alternatives))) {}

template <typename Kind>
const Kind* Condition::get_if() const noexcept {
  return std::get_if<Kind>(&kind_->value);
}

template const Started* Condition::get_if() const noexcept;
template const LogLine* Condition::get_if() const noexcept;
template const PortOpen* Condition::get_if() const noexcept;
template const HttpOk* Condition::get_if() const noexcept;
template const Healthy* Condition::get_if() const noexcept;
template const ExecSucceeds* Condition::get_if() const noexcept;
template const Exited* Condition::get_if() const noexcept;
template const Custom* Condition::get_if() const noexcept;
template const AnyOf* Condition::get_if() const noexcept;

Condition any_of(std::vector<Condition> conditions) {
  return AnyOf{std::move(conditions)};
}

}  // namespace drydock::wait

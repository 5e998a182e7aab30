#include "container/guard_access.h"

#include "container/registry.h"

namespace drydock {

TestContainer borrow(ContainerSpec spec, Client client, ContainerId id, std::string name,
                     SourceLocation where, Loan loan) {
  auto guard = std::make_shared<ContainerGuard>(std::move(spec), std::move(client),
                                                ContainerIdentity{std::move(id), std::move(name), "", false},
                                                where, std::move(loan));
  guard->refresh();
  Registry::of_this_process().add(guard);
  return GuardAccess::wrap(std::move(guard));
}

}  // namespace drydock

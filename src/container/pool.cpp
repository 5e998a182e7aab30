#include "drydock/container/pool.h"

#include <algorithm>
#include <exception>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "container/image_intake.h"
#include "container/pool_state.h"
#include "container/registry.h"

namespace drydock {
namespace {

std::size_t fitting_in(std::int64_t bytes, std::int64_t each) {
  return static_cast<std::size_t>(bytes / each);
}

// Without a limit a container may take all that there is: no number of them fits in.
void check_memory(const ContainerSpec& spec, const PoolOptions& options, std::vector<std::string>& faults) {
  const std::int64_t bound = options.max_memory_bytes;
  const std::int64_t each = spec.resources.memory_bytes;
  if (bound < 0) {
    faults.push_back(fmt::format(".max_memory_bytes = {} is no amount; 0 means no bound", bound));
  } else if (bound > 0 && each == 0) {
    faults.push_back(
        fmt::format(".max_memory_bytes = {} bounds nothing while a container may take all there is; set the "
                    "spec's .resources.memory_bytes, or leave the bound out",
                    bound));
  } else if (bound > 0 && each > 0 && fitting_in(bound, each) < options.size) {
    faults.push_back(
        fmt::format(".max_memory_bytes = {} holds {} containers of .resources.memory_bytes = {} each, which "
                    "does not allow for .size = {} ready ones; lower .size or the limit, or raise the bound",
                    bound, fitting_in(bound, each), each, options.size));
  }
}

std::vector<std::string> faults_of(const ContainerSpec& spec, const PoolOptions& options) {
  std::vector<std::string> faults = validate(spec);
  if (!spec.name.empty()) {
    faults.push_back(
        fmt::format("the name '{}' cannot be shared by several containers; leave it empty", spec.name));
  }
  for (const Port& port : spec.ports) {
    if (port.host != 0) {
      faults.push_back(
          fmt::format("host port {} cannot be shared by several containers; let the engine "
                      "choose one",
                      port.host));
    }
  }
  if (spec.keep) {
    faults.emplace_back("a container of a pool cannot be kept; set .keep = false");
  }
  if (options.size == 0 || options.workers == 0) {
    faults.emplace_back("a pool needs .size and .workers of at least 1");
  }
  if (options.max_total != 0 && options.max_total < options.size) {
    faults.push_back(fmt::format(".max_total = {} does not allow for .size = {} ready ones",
                                 options.max_total, options.size));
  }
  check_memory(spec, options, faults);
  const bool has_command = !options.reset_command.empty();
  const bool has_function = static_cast<bool>(options.reset);
  if (options.on_return == OnReturn::Reset ? has_command == has_function : has_command || has_function) {
    faults.emplace_back(options.on_return == OnReturn::Reset
                            ? "OnReturn::Reset needs one of .reset_command and .reset"
                            : ".reset_command and .reset are for OnReturn::Reset only");
  }
  return faults;
}

std::shared_ptr<PoolState> made(ContainerSpec spec, PoolOptions options, Client client,
                                SourceLocation where) {
  const std::vector<std::string> faults = faults_of(spec, options);
  if (!faults.empty()) {
    throw InvalidArgumentError("the pool cannot work: " + text::join(faults, "; "),
                               {.operation = "pool", .resource = spec.image, .where = where});
  }
  take_in_image(spec);
  if (options.max_total == 0) {
    options.max_total = 2 * options.size;
  }
  if (options.max_memory_bytes > 0) {
    options.max_total =
        std::min(options.max_total, fitting_in(options.max_memory_bytes, spec.resources.memory_bytes));
  }
  spec.removal = Removal::Inline;  // by a worker, which is behind the test's back already
  {
    // A pool with static storage is destroyed before the drain only when the drain is registered first.
    const Registry::Creating prepared{client};
  }
  auto state = std::make_shared<PoolState>(std::move(spec), std::move(options), std::move(client), where);
  add_background_work(state);
  try {
    state->start();
  } catch (...) {  // thrown on: the threads that did start must end
    state->end({});
    throw;
  }
  return state;
}

}  // namespace

ContainerPool::ContainerPool(ContainerSpec spec, PoolOptions options, Client client, SourceLocation where)
    : state_(made(std::move(spec), std::move(options), std::move(client), where)) {}

ContainerPool::~ContainerPool() {
  state_->end({});
}

ContainerPool::Lease ContainerPool::acquire(Deadline deadline) {
  if (!state_->is_mine()) {
    throw InvalidArgumentError(
        fmt::format("the pool belongs to another process than {}: make one in this process", ::getpid()),
        {.operation = "pool acquire"});
  }
  return Lease{state_, state_->acquire(deadline)};
}

void ContainerPool::wait_ready(Deadline deadline) {
  if (state_->is_mine()) {
    state_->wait_ready(deadline);
  }
}

PoolStats ContainerPool::stats() const {
  return state_->is_mine() ? state_->stats() : PoolStats{};
}

ContainerPool::Lease::Lease(std::shared_ptr<PoolState> pool, std::unique_ptr<PoolMember> member)
    : pool_(std::move(pool)),
      member_(std::move(member)),
      exceptions_at_construction_(std::uncaught_exceptions()) {
  member_->guard->set_reported(true);
}

ContainerPool::Lease::Lease(Lease&& other) noexcept = default;

ContainerPool::Lease& ContainerPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    give_back();
    pool_ = std::move(other.pool_);
    member_ = std::move(other.member_);
    exceptions_at_construction_ = other.exceptions_at_construction_;
  }
  return *this;
}

ContainerPool::Lease::~Lease() {
  give_back();
}

TestContainer& ContainerPool::Lease::container() const {
  if (!member_) {
    throw InvalidArgumentError("this lease holds no container any more: it was moved from, or given back");
  }
  return member_->container;
}

void ContainerPool::Lease::give_back() noexcept {
  if (member_ && pool_->is_mine()) {
    member_->guard->keep_evidence_of_failure(exceptions_at_construction_);
    pool_->give_back(std::move(member_));
  }
  member_.reset();  // in a forked child, whose guards remove nothing
  pool_.reset();
}

}  // namespace drydock

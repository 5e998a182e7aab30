#include "drydock/container/shared_container.h"

#include <memory>
#include <utility>
#include <variant>

#include "container/create_body.h"
#include "container/guard_access.h"
#include "container/image_intake.h"
#include "container/image_presence.h"
#include "container/run.h"
#include "container/run_files.h"
#include "container/run_watchdog.h"
#include "container/shared_key.h"
#include "container/sharing.h"
#include "container/standing_network.h"
#include "container/use_lock.h"

namespace drydock {
namespace {

void require_valid(const ContainerSpec& spec, const SharedOptions& options, const SourceLocation& where) {
  require_valid(spec);
  refuse_standing_network(spec, "a shared container");
  const auto refuse = [&](const char* why) {
    throw InvalidArgumentError(why,
                               {.operation = "shared container", .resource = spec.image, .where = where});
  };
  if (options.max_age.count() < 0) {
    refuse("SharedOptions::max_age is negative; 0 means that no container is too old");
  }
  if (options.reset && std::holds_alternative<reset::FromSnapshot>(options.reset->policy)) {
    refuse(
        "SharedOptions::reset is FromSnapshot, which makes another container of another image; share one "
        "whose image is the snapshot's, and take Recreate");
  }
}

// One caller's way to the run's container.
class Attachment {
 public:
  Attachment(const Sharing& sharing, const SharedOptions& options, std::shared_ptr<UseLock> use)
      : sharing_(sharing), options_(options), use_(std::move(use)) {}

  TestContainer alone() {
    use_->take(LockKind::Exclusive, sharing_.use_deadline());
    sharing_.remove_if_older(options_.max_age);
    SharedGuard got = sharing_.get({.exclusive = true, .hold = use_});
    if (!options_.reset || got.is_new) {
      return std::move(got.container);
    }
    if (std::holds_alternative<reset::Recreate>(options_.reset->policy)) {
      sharing_.remove(got.container.id());
      return sharing_.get({.exclusive = true, .hold = use_}).container;
    }
    bring_back(got.container);
    return std::move(got.container);
  }

  TestContainer among_others() {
    use_->take(LockKind::Shared, sharing_.use_deadline());
    if (sharing_.is_older(options_.max_age)) {
      use_->let_go();
      use_->take(LockKind::Exclusive, sharing_.use_deadline());
      sharing_.remove_if_older(options_.max_age);  // another may have been faster
      use_->share();
    }
    return sharing_.get({.hold = use_}).container;
  }

 private:
  // What could not be brought back is of no use to the next one either.
  void bring_back(TestContainer& container) const {
    const ContainerId id = container.id();
    try {
      container.reset(*options_.reset);
    } catch (...) {  // thrown on
      sharing_.remove_quietly(id);
      throw;
    }
  }

  const Sharing& sharing_;
  const SharedOptions& options_;
  const std::shared_ptr<UseLock> use_;
};

}  // namespace

TestContainer shared_container(ContainerSpec spec, const SharedOptions& options, Client client,
                               SourceLocation where) {
  require_valid(spec, options, where);
  take_in_image(spec);
  const Run run = current_run();
  ensure_run_watchdog(client, run);
  std::string image = with_image_note(spec, [&] { return ensure_image(client, spec).id; });
  std::string key = shared_key(spec, image);
  std::string name = shared_name(run, spec, key);
  auto use = std::make_shared<UseLock>(open_use_lock(run, client.endpoint().to_string(), name),
                                       "the shared container '" + name + "'");
  const Sharing sharing{{.spec = std::move(spec),
                         .client = std::move(client),
                         .run = run,
                         .image_id = std::move(image),
                         .key = std::move(key),
                         .name = std::move(name),
                         .where = where}};
  Attachment attachment{sharing, options, std::move(use)};
  return options.exclusive || options.reset ? attachment.alone() : attachment.among_others();
}

}  // namespace drydock

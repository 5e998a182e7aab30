#include "container/preflight.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "container/image_rules.h"
#include "container/ordered_run.h"
#include "docker/image_digest.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kBetweenLines{2};

// What is known of one pull from its progress stream.
class Progress {
 public:
  using Say = std::function<void(const std::string& line)>;

  explicit Progress(Say say) : say_(std::move(say)) {}

  void operator()(const PullProgress& line) {
    if (line.layer.empty()) {
      return;
    }
    Layer& layer = layers_[line.layer];
    layer.done = layer.done || line.status == "Pull complete" || line.status == "Already exists" ||
                 line.status == "Download complete";
    if (line.total > 0 && line.status == "Downloading") {
      layer.current = line.current;
      layer.total = line.total;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ >= kBetweenLines) {
      last_ = now;
      say_(text());
    }
  }

 private:
  struct Layer {
    bool done{false};
    std::int64_t current{0}, total{0};
  };

  [[nodiscard]] std::string text() const {
    constexpr double kMegabyte = 1e6;
    std::size_t done = 0;
    std::int64_t current = 0;
    std::int64_t total = 0;
    for (const auto& [id, layer] : layers_) {
      done += layer.done ? 1U : 0U;
      current += layer.done ? layer.total : layer.current;
      total += layer.total;
    }
    return fmt::format("{} of {} layers, {:.1f} of {:.1f} MB", done, layers_.size(),
                       static_cast<double>(current) / kMegabyte, static_cast<double>(total) / kMegabyte);
  }

  Say say_;
  std::map<std::string, Layer> layers_{};
  std::chrono::steady_clock::time_point last_{std::chrono::steady_clock::now()};
};

class Preflight {
 public:
  Preflight(const Client& client, const ImageLock& lock, const PreflightOptions& options)
      : client_(client), lock_(lock), options_(options) {}

  ImageOutcome bring(const std::string& image) {
    ImageOutcome outcome{.image = image};
    try {
      const ImageChoice choice = choose_image(image);
      if (!choice.rule.empty()) {
        say(image, fmt::format("taken as {}, by {}", choice.image, choice.rule));
      }
      outcome.used = choice.image;
      outcome.status = make_present(image, choice.image, outcome.digest);
      say(image, fmt::format("{}{}{}", to_string(outcome.status), outcome.digest.empty() ? "" : ", ",
                             outcome.digest));
    } catch (const std::exception& error) {
      outcome.status = ImageStatus::Failed;
      outcome.problem = error.what();
      say(image, "failed: " + outcome.problem);
    }
    return outcome;
  }

 private:
  // `image` is what the lock and people call it, `used` what the engine does.
  ImageStatus make_present(const std::string& image, const std::string& used, std::string& digest) {
    const ImageReference reference = ImageReference::parse(used);
    const Images images = client_.images();
    if (!reference.digest.empty()) {
      digest = reference.digest;
      if (images.find(used)) {
        return ImageStatus::Present;
      }
      pull(image, used);
      return ImageStatus::Pulled;
    }
    const auto pinned = options_.update ? std::nullopt : lock_.digest_of(image);
    if (pinned) {
      digest = *pinned;
      return pin(image, used, *pinned);
    }
    if (options_.require_digests && !options_.update) {
      throw InvalidArgumentError(
          fmt::format("no digest pins the image '{}': add it to the lock file by `drydock pull --lock FILE "
                      "--update {}`",
                      image, image),
          {.operation = "image pull", .resource = image});
    }
    const bool is_there = !options_.update && images.find(used).has_value();
    if (!is_there) {
      pull(image, used);
    }
    digest = digest_at_repository(images.inspect(used), reference);
    if (digest.empty() && options_.update) {
      throw Error(ErrorCode::NotFound,
                  fmt::format("the engine does not tell the digest of the image '{}' at its registry", used),
                  {.operation = "image pull", .resource = image});
    }
    return is_there ? ImageStatus::Present : ImageStatus::Pulled;
  }

  ImageStatus pin(const std::string& image, const std::string& used, const std::string& digest) {
    const ImageReference reference = ImageReference::parse(used);
    const Images images = client_.images();
    if (const auto found = images.find(used); found && digest_at_repository(*found, reference) == digest) {
      return ImageStatus::Present;
    }
    const std::string exact = reference.name() + "@" + digest;
    if (!images.find(exact)) {
      pull(image, exact);
    }
    images.tag(images.inspect(exact).id, used);
    return ImageStatus::Pinned;
  }

  void pull(const std::string& image, const std::string& what) {
    say(image, "pulling " + what);
    Progress progress{[&](const std::string& line) { say(image, line); }};
    client_.images().pull(what, {.on_progress = [&progress](const PullProgress& line) { progress(line); }});
  }

  void say(const std::string& image, const std::string& line) {
    if (options_.on_progress) {
      const std::lock_guard lock{mutex_};
      options_.on_progress(image, line);
    }
  }

  const Client& client_;
  const ImageLock& lock_;
  const PreflightOptions& options_;
  std::mutex mutex_;
};

void keep_first_of_each(std::vector<std::string>& images) {
  std::set<std::string> seen;
  std::erase_if(images, [&seen](const std::string& image) { return !seen.insert(image).second; });
}

}  // namespace

const char* to_string(ImageStatus status) noexcept {
  switch (status) {
    case ImageStatus::Present:
      return "present";
    case ImageStatus::Pulled:
      return "pulled";
    case ImageStatus::Pinned:
      return "pinned";
    case ImageStatus::Failed:
      break;
  }
  return "failed";
}

std::vector<ImageOutcome> pull_ahead(const Client& client, std::vector<std::string> images,
                                     const ImageLock& lock, const PreflightOptions& options) {
  keep_first_of_each(images);
  std::vector<ImageOutcome> outcomes(images.size());
  Preflight preflight{client, lock, options};
  const std::vector<TaskOutcome> tasks =
      run_in_order(std::vector<std::vector<std::size_t>>(images.size()), options.jobs, OnTaskFailure::GoOn,
                   [&](std::size_t i) { outcomes[i] = preflight.bring(images[i]); });
  for (const TaskOutcome& task : tasks) {
    if (task.failure) {  // what the progress sink throws, at most
      std::rethrow_exception(task.failure);
    }
  }
  return outcomes;
}

}  // namespace drydock

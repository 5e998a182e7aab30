#include "drydock/gtest/images.h"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/gtest/kept_container.h"
#include "drydock/observability/log.h"

#include "base/sha256.h"
#include "base/text.h"
#include "container/owner.h"
#include "container/state_lock.h"
#include "gtest/death_test_child.h"
#include "gtest/declared_images.h"
#include "gtest/failure.h"
#include "gtest/image_matrix.h"
#include "gtest/listener_installed.h"

namespace drydock {
namespace {

constexpr std::chrono::minutes kPatience{10};

const ListenerInstalled installed;

std::string chosen_images() {
  const char* const chosen = std::getenv("DRYDOCK_IMAGES");
  return chosen == nullptr ? "" : chosen;
}

// Another program of this ctest run may have a container of the matrix. Null without ctest: there is none to
// wait for.
std::unique_ptr<StateLock> take_turn(const std::string& key) {
  const std::optional<Owner> runner = Owner::test_runner();
  if (!runner) {
    return nullptr;
  }
  const std::string name = "matrix-" + sha256_hex(runner->to_text() + "\n" + key).substr(0, 16);
  const std::string note = fmt::format("process {}", Owner::of_this_process().pid);
  if (std::optional<StateLock> turn =
          StateLock::take_one_of({name}, note, Deadline::in(kPatience), StateLock::AtEnd::Remove)) {
    return std::make_unique<StateLock>(*std::move(turn));
  }
  throw TimeoutError(
      fmt::format("another program of this ctest run had a container of the same images for ten minutes: "
                  "{}; give these tests a RESOURCE_LOCK in CMake, or one program",
                  text::printable(StateLock::note_of(name))),
      {.operation = "image matrix"});
}

}  // namespace

void PrintTo(const MatrixImage& image, std::ostream* out) {
  *out << image.image;
}

std::vector<MatrixImage> matrix_of(const std::vector<std::string>& images) {
  const std::vector<std::string> chosen = with_overrides(images, chosen_images());
  if (chosen != images) {
    note_replacement();
  }
  if (chosen.empty()) {
    throw InvalidArgumentError("a matrix of no images would run no test; name one at least",
                               {.operation = "image matrix"});
  }
  const std::vector<std::string> names = names_of(chosen);
  std::vector<MatrixImage> matrix;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    note_image(chosen[i]);
    matrix.push_back({chosen[i], names[i]});
  }
  return matrix;
}

std::string image_name(const ::testing::TestParamInfo<MatrixImage>& info) {
  return info.param.name;
}

bool declare_image(std::string image) {
  note_image(std::move(image));
  return true;
}

struct MatrixContainer::State {
  std::string key{};
  std::unique_ptr<StateLock> turn{};
  std::string image{};  // whose turn it is
  std::map<std::string, KeptContainer> tried{};

  // Leaves what did not start, with the reason.
  void remove_others() {
    std::erase_if(tried, [this](const auto& entry) {
      return entry.first != image && entry.second.outcome().verdict == EngineCheck::Verdict::Run;
    });
  }
};

MatrixContainer::MatrixContainer(std::string key) : state_(std::make_unique<State>()) {
  state_->key = std::move(key);
}

MatrixContainer::~MatrixContainer() = default;

void MatrixContainer::use(const std::string& image, const std::function<ContainerSpec()>& spec) {
  state_->image = image;
  state_->remove_others();
  const auto [place, is_new] = state_->tried.try_emplace(image);
  if (is_new) {
    try {
      if (!state_->turn && !in_death_test_child()) {
        state_->turn = take_turn(state_->key);
      }
    } catch (const std::exception& error) {
      state_->tried.erase(place);
      fail_current_test(error.what());
      return;
    }
    place->second.set_up([spec] {
      ContainerSpec made = spec();
      made.removal = Removal::Inline;  // gone before the next image's is started
      return made;
    });
  }
  place->second.require();
}

TestContainer& MatrixContainer::get() {
  const auto found = state_->tried.find(state_->image);
  if (found == state_->tried.end()) {
    throw Error(ErrorCode::NotReady, "the container of an image is used outside of its tests",
                {.operation = "use of an image's container"});
  }
  return found->second.get();
}

void MatrixContainer::end() noexcept {
  state_->tried.clear();
  state_->image.clear();
  state_->turn.reset();
}

}  // namespace drydock

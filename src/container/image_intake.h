// Where a spec's image is taken in: once, before anything looks it up. Thread-safe.
#pragma once

#include <string>

#include "drydock/base/error.h"
#include "drydock/container/spec.h"

namespace drydock {

/// Puts what substitute_image() gives in the place of `spec.image`, and says so in the log. Does nothing when
/// that has been done before. Throws like substitute_image().
void take_in_image(ContainerSpec& spec);

/// Returns a line for messages, "\n  image      'postgres:17' is taken as '...', by ..."; empty for an image
/// that stands for itself.
[[nodiscard]] std::string image_note(const ContainerSpec& spec);

/// Calls `step`; adds the note to what the engine refuses.
template <typename Step>
auto with_image_note(const ContainerSpec& spec, const Step& step) {
  try {
    return step();
  } catch (const EngineError& error) {
    if (const std::string note = image_note(spec); !note.empty()) {
      throw EngineError(error.code(), error.what() + note, error.context());
    }
    throw;
  }
}

}  // namespace drydock

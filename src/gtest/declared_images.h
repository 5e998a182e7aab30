// The images that a test program says it uses, for who pulls them ahead. Thread-safe; usable while static
// objects are made.
#pragma once

#include <functional>
#include <string>

#include "drydock/container/spec.h"

namespace drydock {

void note_image(std::string image);
/// Notes what runs a spec, which is made only when images are listed. One that is never pulled is left out.
void note_spec(std::function<ContainerSpec()> spec);

/// Notes that DRYDOCK_IMAGES put other images in the place of a matrix's own: names of tests may differ then.
void note_replacement() noexcept;
[[nodiscard]] bool was_replaced() noexcept;

/// Returns the images, one a line, sorted, each once. A spec that cannot be made is a line of comment that
/// says why: it begins with '#'.
[[nodiscard]] std::string image_list();

/// Writes the list and ends the program when DRYDOCK_LIST_IMAGES asks for it: to the file that it names, or
/// to stdout where it is "-". To be called when the command line was read and no test has run.
void list_images_if_asked();

}  // namespace drydock

#include "drydock/gtest/image_types.h"

#include <exception>

#include <fmt/format.h>

#include "gtest/failure.h"
#include "gtest/image_matrix.h"

namespace drydock {

TypedMatrix::TypedMatrix(const std::vector<std::string>& images) {
  try {
    const std::vector<MatrixImage> matrix = matrix_of(images);
    if (matrix.size() > images.size()) {
      fault_ = fmt::format(
          "DRYDOCK_IMAGES names {} images where this suite has {} types; name as many at most, or write the "
          "suite with TEST_P and drydock::images()",
          matrix.size(), images.size());
    }
    for (std::size_t i = 0; i < std::min(matrix.size(), images.size()); ++i) {
      images_.push_back(matrix[i].image);
      names_.push_back(matrix[i].name);
    }
  } catch (const std::exception& error) {
    fault_ = error.what();
  }
  while (names_.size() < images.size()) {
    names_.push_back(fmt::format("no_image_{}", names_.size() + 1));
  }
}

const std::string& TypedMatrix::require(std::size_t type) const {
  static const std::string none;
  if (!fault_.empty()) {
    fail_current_test(fault_);
    return none;
  }
  if (type >= images_.size()) {
    skip_current_test("DRYDOCK_IMAGES names fewer images than this suite has types");
    return none;
  }
  return images_[type];
}

}  // namespace drydock

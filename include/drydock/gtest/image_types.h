// A typed suite for each of several images: the tests of an image stand together, so that each image's
// container starts once. Opt-in; see images.h for tests with parameters.
//
//   template <class Image>
//   class PostgresTest : public drydock::TypedImageContainer<Postgres, Image> {};
//
//   using Versions = drydock::ImageTypes<"postgres:14", "postgres:16">;
//   TYPED_TEST_SUITE(PostgresTest, Versions, drydock::ImageTypeNames);
//
//   TYPED_TEST(PostgresTest, Answers) {
//     EXPECT_THAT(this->container().exec({"pg_isready"}), drydock::Succeeded());
//   }
//
// The suites are named PostgresTest/postgres_14 and so on.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/gtest/images.h"

namespace drydock {

/// A string literal as a template's argument.
template <std::size_t Size>
struct ImageText {
  constexpr ImageText(const char (&literal)[Size]) {  // NOLINT(google-explicit-constructor)
    for (std::size_t i = 0; i < Size; ++i) {
      text[i] = literal[i];
    }
  }
  char text[Size]{};
};

/// The images of a typed suite, as DRYDOCK_IMAGES has them. There are as many types as the source names
/// images: of the images in their place the first stands for the first type, and so on; a type for which none
/// is left has its tests skipped, and more images than types are a failure of each test.
class TypedMatrix {
 public:
  /// Throws nothing: what is wrong fails the tests.
  explicit TypedMatrix(const std::vector<std::string>& images);

  /// Returns the name of a type's suite, also of one without an image.
  [[nodiscard]] const std::string& name(std::size_t type) const { return names_.at(type); }
  /// Returns the image of a type; empty after it has failed or skipped the test that is running, for want of
  /// one.
  [[nodiscard]] const std::string& require(std::size_t type) const;

 private:
  std::vector<std::string> images_{}, names_{};
  std::string fault_{};
};

/// One type of a typed suite over images.
template <std::size_t Type, ImageText... Images>
struct TypedImage {
  static const TypedMatrix& matrix() {
    static const TypedMatrix matrix{std::vector<std::string>{Images.text...}};
    return matrix;
  }
  static const std::string& name() { return matrix().name(Type); }
  static const std::string& require() { return matrix().require(Type); }
};

/// Makes ::testing::Types of the images.
template <ImageText... Images>
struct MakeImageTypes {
  template <std::size_t... Indices>
  static auto make(std::index_sequence<Indices...>) -> ::testing::Types<TypedImage<Indices, Images...>...>;
  using Made = decltype(make(std::make_index_sequence<sizeof...(Images)>{}));
};

/// The types for TYPED_TEST_SUITE.
template <ImageText... Images>
using ImageTypes = typename MakeImageTypes<Images...>::Made;

/// Names the suites: the last argument of TYPED_TEST_SUITE.
struct ImageTypeNames {
  template <class Image>
  static std::string GetName(int /*index*/) {  // NOLINT(readability-identifier-naming): GoogleTest's name
    return Image::name();
  }
};

/// Fixture for TYPED_TEST whose tests share one container of the type's image. `T::spec(image)` says what to
/// run. One version is alive at a time, as with ImageContainer.
///
/// A derived class with a TearDownTestSuite() of its own calls this one.
template <class T, class Image>
class TypedImageContainer : public ::testing::Test {
 public:
  static void TearDownTestSuite() { matrix_container<T>().end(); }

  /// Returns the suite's container. Throws Error when it was not started.
  [[nodiscard]] static TestContainer& container() { return matrix_container<T>().get(); }

 protected:
  TypedImageContainer() {
    if (const std::string& image = Image::require(); !image.empty()) {
      matrix_container<T>().use(image, [image] { return T::spec(image); });
    }
  }
};

}  // namespace drydock

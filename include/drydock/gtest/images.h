// The same tests against several images, such as the versions of a database that a product supports. Opt-in.
//
//   struct Postgres {
//     static drydock::ContainerSpec spec(const std::string& image) { return {.image = image, .ports =
//     {5432}}; }
//   };
//   class PostgresTest : public drydock::ImageContainer<Postgres> {};
//
//   TEST_P(PostgresTest, Answers) { EXPECT_THAT(container().exec({"pg_isready"}), drydock::Succeeded()); }
//
//   INSTANTIATE_TEST_SUITE_P(Versions, PostgresTest, drydock::images({"postgres:14", "postgres:16"}),
//                            drydock::image_name);
//
// The tests are named Versions/PostgresTest.Answers/postgres_14 and so on. For suites that keep the tests of
// an image together see image_types.h. DRYDOCK_IMAGES puts other images in the place of those in the source.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"

namespace drydock {

/// One image of a matrix.
struct MatrixImage {
  std::string image{};  ///< reference, such as "postgres:14"
  std::string name{};   ///< fit for a test's name and unique in its matrix, such as "postgres_14"
  friend bool operator==(const MatrixImage&, const MatrixImage&) = default;
};
/// Prints the reference.
void PrintTo(const MatrixImage& image, std::ostream* out);

/// Returns the images with those in their place that DRYDOCK_IMAGES names, and a name for each: repository
/// and tag, or the first digits of a digest; the registry and the path before the repository, too, where
/// others of the list would have the same. Declares them, for the listing of images. Sends nothing. Throws
/// InvalidArgumentError: a reference that is none, an image that stands twice, an empty list, a
/// DRYDOCK_IMAGES that cannot be read.
///
/// DRYDOCK_IMAGES holds entries with ';' between them. "postgres=postgres:15,postgres:17" puts these two in
/// the place of all images of the repository "postgres", be it written with registry and path or without;
/// "postgres:15,postgres:17" says the same in short: each image stands for its own repository.
[[nodiscard]] std::vector<MatrixImage> matrix_of(const std::vector<std::string>& images);

/// Returns matrix_of(images) as what INSTANTIATE_TEST_SUITE_P takes. GoogleTest calls it while it is
/// initialised, also to list tests; install_drydock() turns what it throws into a message and exit code 1.
[[nodiscard]] inline auto images(const std::vector<std::string>& images) {
  return ::testing::ValuesIn(matrix_of(images));
}

/// Names the tests of a matrix: the last argument of INSTANTIATE_TEST_SUITE_P.
[[nodiscard]] std::string image_name(const ::testing::TestParamInfo<MatrixImage>& info);

/// Says that tests use an image which is named in their bodies only, so that it is pulled ahead like those
/// that Drydock sees by itself: those of images(), add_container(), SuiteContainer and SharedContainer. To be
/// called before RUN_ALL_TESTS(), such as for a variable at namespace scope. Returns true.
bool declare_image(std::string image);

/// The container of a matrix whose turn it is: one at a time. The part of ImageContainer that needs no
/// template; not for use in tests.
class MatrixContainer {
 public:
  /// `key` tells the matrix apart among the processes of one ctest run.
  explicit MatrixContainer(std::string key);
  MatrixContainer(const MatrixContainer&) = delete;
  MatrixContainer& operator=(const MatrixContainer&) = delete;
  ~MatrixContainer();

  /// Makes it the turn of `image`: removes the container of another one first. Fails or skips the test that
  /// is running when the image's container did not start; it is not tried again before end(). Waits up to ten
  /// minutes for other programs of the same ctest run that have a container of this matrix.
  void use(const std::string& image, const std::function<ContainerSpec()>& spec);
  /// Returns the container. Throws Error when there is none.
  [[nodiscard]] TestContainer& get();
  /// Removes the container. Throws nothing.
  void end() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Returns the one matrix container of all fixtures over one `T`.
template <class T>
MatrixContainer& matrix_container() {
  static MatrixContainer matrix{typeid(T).name()};
  return matrix;
}

/// Fixture for TEST_P whose tests share a container of each image. `T::spec(image)` says what to run.
///
/// One version is alive at a time: the container of one image is removed before that of the next is started,
/// in whatever order the tests run, and also where ctest runs each test as a program of its own: those of one
/// ctest run wait for each other. GoogleTest runs each test with all images before the next test, so that the
/// container is started anew for nearly every test; where that costs too much take image_types.h.
///
/// A derived class with a TearDownTestSuite() of its own calls this one.
template <class T>
class ImageContainer : public ::testing::TestWithParam<MatrixImage> {
 public:
  static void TearDownTestSuite() { matrix_container<T>().end(); }

  /// Returns the container of the image whose turn it is. Throws Error when it was not started.
  [[nodiscard]] static TestContainer& container() { return matrix_container<T>().get(); }
  /// Returns the image whose turn it is.
  [[nodiscard]] static const std::string& image() { return GetParam().image; }

 protected:
  ImageContainer() {
    matrix_container<T>().use(image(), [] { return T::spec(image()); });
  }
};

}  // namespace drydock

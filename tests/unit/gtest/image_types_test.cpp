#include "drydock/gtest/image_types.h"

#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "support/environment_variable.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::TestPartResultArray;

static_assert(std::is_same_v<ImageTypes<"db:1", "db:2">,
                             ::testing::Types<TypedImage<0, "db:1", "db:2">, TypedImage<1, "db:1", "db:2">>>);

// Adds what require() does to the test that is running, without doing it.
void require(const TypedMatrix& matrix, std::size_t type, TestPartResultArray& results) {
  const ::testing::ScopedFakeTestPartResultReporter reporter{
      ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results};
  static_cast<void>(matrix.require(type));
}

TEST(TypedMatrixTest, HasAnImageAndANameForEachType) {
  const TypedMatrix matrix{{"db:1", "db:2"}};
  EXPECT_EQ(matrix.name(0), "db_1");
  EXPECT_EQ(matrix.name(1), "db_2");
  EXPECT_EQ(matrix.require(1), "db:2");
}

TEST(TypedMatrixTest, ATypeForWhichNoImageIsLeftIsSkipped) {
  const EnvironmentVariable chosen{"DRYDOCK_IMAGES", "db=db:9"};
  const TypedMatrix matrix{{"db:1", "db:2"}};
  EXPECT_EQ(matrix.name(0), "db_9");
  EXPECT_EQ(matrix.require(0), "db:9");
  EXPECT_NE(matrix.name(1), matrix.name(0));
  TestPartResultArray results;
  require(matrix, 1, results);
  ASSERT_EQ(results.size(), 1);
  EXPECT_TRUE(results.GetTestPartResult(0).skipped());
}

TEST(TypedMatrixTest, WhatIsWrongFailsTheTests) {
  for (const char* chosen : {"db=db:1,db:2,db:3", "db=Db:1"}) {
    const EnvironmentVariable images{"DRYDOCK_IMAGES", chosen};
    const TypedMatrix matrix{{"db:1", "db:2"}};
    TestPartResultArray results;
    require(matrix, 0, results);
    ASSERT_EQ(results.size(), 1) << chosen;
    EXPECT_TRUE(results.GetTestPartResult(0).fatally_failed());
    EXPECT_THAT(results.GetTestPartResult(0).message(), HasSubstr("DRYDOCK_IMAGES"));
    EXPECT_NE(matrix.name(0), matrix.name(1)) << "GoogleTest wants two names all the same";
  }
}

}  // namespace
}  // namespace drydock

#include "gtest/image_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/image_substitution.h"
#include "drydock/gtest/images.h"

#include "gtest/declared_images.h"
#include "support/environment_variable.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Images = std::vector<std::string>;

TEST(ImageNamesTest, AreRepositoryAndTag) {
  EXPECT_THAT(names_of({"postgres:14", "postgres:16.2-alpine"}),
              ElementsAre("postgres_14", "postgres_16_2_alpine"));
  EXPECT_THAT(names_of({"redis"}), ElementsAre("redis_latest"));
  EXPECT_THAT(names_of({"registry.example:5000/team/db:1"}), ElementsAre("db_1"));
}

TEST(ImageNamesTest, ADigestGivesItsFirstDigits) {
  const std::string digest = "@sha256:0123456789ab" + std::string(52, 'c');
  EXPECT_THAT(names_of({"redis" + digest}), ElementsAre("redis_0123456789ab"));
  EXPECT_THAT(names_of({"redis:7" + digest}), ElementsAre("redis_7"));
  EXPECT_THAT(names_of({"redis:7" + digest, "redis:7"}), ElementsAre("redis_7_0123456789ab", "redis_7"));
}

TEST(ImageNamesTest, TakeTheWholeNameWhereOthersWouldHaveTheSame) {
  EXPECT_THAT(names_of({"mysql:8", "one.example/mysql:8", "mariadb:8"}),
              ElementsAre("mysql_8", "one_example_mysql_8", "mariadb_8"));
}

TEST(ImageNamesTest, AreUniqueWhateverTheReferences) {
  const Images images{"a/b-c:1", "a/b.c:1", "a/b_c:1", "a-b/c:1", "x/c_1:2", "x/c:1_2", "c_1_2:2", "c:1_2_2"};
  const Images names = names_of(images);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), images.size());
  for (const std::string& name : names) {
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos) << name;
  }
}

TEST(ImageNamesTest, RefuseWhatIsNoReferenceAndWhatStandsTwice) {
  EXPECT_THROW((void)names_of({"Postgres:14"}), InvalidArgumentError);
  EXPECT_THROW((void)names_of({""}), InvalidArgumentError);
  EXPECT_THROW((void)names_of({"redis", "redis:latest"}), InvalidArgumentError);
}

TEST(ImageOverridesTest, ReplaceTheImagesOfARepository) {
  const Images images{"mysql:8", "postgres:14", "postgres:16"};
  EXPECT_EQ(with_overrides(images, ""), images);
  EXPECT_THAT(with_overrides(images, "postgres=postgres:17"), ElementsAre("mysql:8", "postgres:17"));
  EXPECT_THAT(with_overrides(images, " postgres = mirror.example/pg:1 , postgres:17 ; mysql=mysql:9;"),
              ElementsAre("mysql:9", "mirror.example/pg:1", "postgres:17"));
}

TEST(ImageOverridesTest, AnImageAloneStandsForItsOwnRepository) {
  EXPECT_THAT(with_overrides({"mysql:8", "postgres:14"}, "postgres:15,postgres:17,mysql:9"),
              ElementsAre("mysql:9", "postgres:15", "postgres:17"));
}

TEST(ImageOverridesTest, ARepositoryIsNamedWithOrWithoutItsPath) {
  const Images images{"registry.example/team/db:1"};
  for (const char* name : {"db", "registry.example/team/db"}) {
    EXPECT_THAT(with_overrides(images, std::string{name} + "=db:2"), ElementsAre("db:2")) << name;
  }
  EXPECT_EQ(with_overrides(images, "team/db=db:2"), images);
}

TEST(ImageOverridesTest, SpeakOfTheImagesInTheSourceOnly) {
  EXPECT_THAT(with_overrides({"a:1", "b:1"}, "a=b:2;b=a:2"), ElementsAre("b:2", "a:2"));
}

TEST(ImageOverridesTest, WhatSpeaksToOtherProgramsChangesNothing) {
  EXPECT_THAT(with_overrides({"redis:7"}, "postgres=postgres:17"), ElementsAre("redis:7"));
}

TEST(ImageOverridesTest, NameTheEntryThatIsWrong) {
  for (const char* text :
       {"postgres=", "=postgres:15", "postgres=postgres:15,,postgres:16", "postgres=Postgres:15",
        "redis:7;postgres=postgres:15 postgres:16", "x=a:1;x=a:2"}) {
    const auto error = thrown_by<InvalidArgumentError>([&] { (void)with_overrides({"postgres:14"}, text); });
    ASSERT_TRUE(error) << text;
    EXPECT_THAT(error->what(), HasSubstr("DRYDOCK_IMAGES")) << text;
  }
}

TEST(MatrixTest, HoldsTheChosenImagesAndDeclaresThem) {
  const EnvironmentVariable chosen{"DRYDOCK_IMAGES", "matrix-test/db=matrix-test/db:3"};
  EXPECT_THAT(matrix_of({"matrix-test/db:1", "matrix-test/db:2"}),
              ElementsAre(MatrixImage{"matrix-test/db:3", "db_3"}));
  EXPECT_THAT(image_list(), HasSubstr("matrix-test/db:3\n"));
  EXPECT_THAT(image_list(), Not(HasSubstr("matrix-test/db:1\n")));
}

TEST(MatrixTest, OfNoImagesIsRefused) {
  EXPECT_EQ(code_thrown_by([] { (void)matrix_of({}); }), ErrorCode::InvalidArgument);
}

TEST(DeclaredImagesTest, AreListedOnceAndInOrder) {
  declare_image("declared-test/z:1");
  declare_image("declared-test/a:1");
  declare_image("declared-test/z:1");
  EXPECT_THAT(image_list(), HasSubstr("declared-test/a:1\ndeclared-test/z:1\n"));
}

TEST(DeclaredImagesTest, OfSpecsAreAskedForWhenTheyAreListed) {
  static int made = 0;  // the list is asked for by later tests, too
  made = 0;
  note_spec([] { return ContainerSpec{.image = "declared-test/spec:" + std::to_string(++made)}; });
  EXPECT_EQ(made, 0);
  EXPECT_THAT(image_list(), HasSubstr("declared-test/spec:1\n"));
  note_spec([] { return ContainerSpec{.image = "declared-test/local:1", .pull = PullPolicy::Never}; });
  EXPECT_THAT(image_list(), Not(HasSubstr("local:1"))) << "nobody can pull it";
  note_spec([]() -> ContainerSpec { throw std::runtime_error("no engine,\nnow"); });
  EXPECT_THAT(image_list(),
              HasSubstr("# a spec could not be made, and its image is not listed: no engine,\\x0Anow\n"));
}

// Who pulls applies the variables, and knows nothing of a function.
TEST(DeclaredImagesTest, AreListedAsTheProgramsFunctionHasThem) {
  declare_image("function-test/own:1");
  set_image_substitution([](const std::string& image) {
    return image == "function-test/own:1" ? "function-test/other:1" : image;
  });
  const EnvironmentVariable prefix{"DRYDOCK_IMAGE_PREFIX", "mirror.example/"};
  EXPECT_THAT(image_list(), HasSubstr("function-test/other:1\n"));
  EXPECT_THAT(image_list(), Not(HasSubstr("own:1")));
  set_image_substitution({});
  EXPECT_THAT(image_list(), HasSubstr("function-test/own:1\n"));
}

}  // namespace
}  // namespace drydock

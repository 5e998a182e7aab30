#include "base/process_words.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment_variable.h"

namespace drydock {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ProcessWordsTest, PointersEndWithANull) {
  std::vector<std::string> words{"one", ""};
  const std::vector<char*> pointers = pointers_to(words);
  ASSERT_EQ(pointers.size(), 3U);
  EXPECT_EQ(pointers[0], words[0].data());
  EXPECT_EQ(std::strlen(pointers[1]), 0U);
  EXPECT_EQ(pointers[2], nullptr);
}

TEST(ProcessWordsTest, TheEnvironmentIsThisProcesssWithWhatIsSetAnew) {
  const EnvironmentVariable kept{"PROCESS_WORDS", "kept"};
  const EnvironmentVariable replaced{"PROCESS_WORDS_MORE", "old"};
  const std::vector<std::string> all =
      environment_with({{"PROCESS_WORDS_MORE", "a=b"}, {"PROCESS_WORDS_NEW", ""}});
  EXPECT_THAT(all, Contains("PROCESS_WORDS=kept").Times(1));
  EXPECT_THAT(all, Contains("PROCESS_WORDS_MORE=a=b").Times(1));
  EXPECT_THAT(all, Contains("PROCESS_WORDS_NEW=").Times(1));
  EXPECT_THAT(all, Not(Contains("PROCESS_WORDS_MORE=old")));
}

}  // namespace
}  // namespace drydock

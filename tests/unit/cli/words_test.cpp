#include "cli/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock::cli {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> words(std::string_view text) {
  return split_words(text, "--command");
}

TEST(WordsTest, AreSplitAtBlanks) {
  EXPECT_THAT(words("pg_isready -U\tapp "), ElementsAre("pg_isready", "-U", "app"));
}

TEST(WordsTest, QuotesKeepBlanksAndEmptyWords) {
  EXPECT_THAT(words("sh -c 'a && b' \"\""), ElementsAre("sh", "-c", "a && b", ""));
  EXPECT_THAT(words(R"(a"b c"'d e')"), ElementsAre("ab cd e"));
}

TEST(WordsTest, ABackslashTakesTheNextCharacterAsItIs) {
  EXPECT_THAT(words(R"(a\ b \"c)"), ElementsAre("a b", "\"c"));
  EXPECT_THAT(words(R"("say \"hi\" \\ \n")"), ElementsAre(R"(say "hi" \ \n)"));
  EXPECT_THAT(words(R"('a\b')"), ElementsAre(R"(a\b)"));
}

TEST(WordsTest, NothingIsExpanded) {
  EXPECT_THAT(words("echo $HOME *"), ElementsAre("echo", "$HOME", "*"));
}

TEST(WordsTest, WhatIsCutShortIsRefused) {
  for (const char* text : {"", "  ", "a 'b", "a \"b", "a \"b\\\"", "a\\"}) {
    EXPECT_THROW(words(text), InvalidArgumentError) << text;
  }
}

}  // namespace
}  // namespace drydock::cli

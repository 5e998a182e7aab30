#include "container/shell_script.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock::shell_script {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const Abilities kAll{.has_cat = true, .has_env = true};

std::string text_of(const std::vector<std::string>& argv, const ExecOptions& options = {},
                    const Abilities& abilities = kAll) {
  return command("MARK", "ID", argv, options, abilities);
}

TEST(ShellScriptTest, SaysWordsQuoted) {
  EXPECT_EQ(
      text_of({"echo", "it's", "", "a\nb"}),
      "dd_cmd() { dd_begin; dd_has echo; export DRYDOCK_EXEC_ID=ID; dd_go echo 'it'\\''s' '' 'a\nb'; }\n"
      "dd_body() { (dd_cmd) >&5 2>&6 </dev/null; }\n"
      "dd_run 'MARK'\n");
}

TEST(ShellScriptTest, ChangesTheDirectoryInTheSubshell) {
  EXPECT_THAT(text_of({"pwd"}, {.working_dir = "/a b"}),
              StartsWith("dd_cmd() { dd_begin; cd -P '/a b' || dd_no; dd_has pwd"));
}

TEST(ShellScriptTest, GivesVariablesByEnvWhateverTheirNames) {
  EXPECT_THAT(text_of({"x"}, {.env = {{"a.b", "c d"}}}), HasSubstr("dd_go \"$dd_env\" -- 'a.b=c d' x;"));
  EXPECT_EQ(text_of({"x"}, {.env = {{"A", "b"}}}, {.has_cat = true}), "");
  EXPECT_THAT(text_of({"x"}, {}, {.has_cat = true, .has_env = true, .restored = {"SHLVL=5"}}),
              HasSubstr("dd_go \"$dd_env\" -- SHLVL=5 x;"));
}

TEST(ShellScriptTest, LooksForTheProgramInTheCommandsOwnPath) {
  EXPECT_THAT(text_of({"x"}, {.env = {{"PATH", "/y z"}}}),
              StartsWith("dd_cmd() { dd_begin; PATH='/y z'; dd_has x;"));
}

TEST(ShellScriptTest, SaysInputInOctal) {
  using namespace std::string_literals;
  EXPECT_EQ(printf_word("-a%\\'\0\xff z"s), "'\\055a\\045\\134\\047\\000\\377 z'");
  EXPECT_THAT(text_of({"cat"}, {.input = "x"}), HasSubstr("{ printf 'x' 2>/dev/null | (dd_cmd) >&5 2>&6; }"));
}

TEST(ShellScriptTest, LeavesWhatItCannotServe) {
  EXPECT_TRUE(is_served({"x"}, {}));
  EXPECT_TRUE(is_served({"x"}, {.env = {{"A", "b"}}, .input = "y"}));
  EXPECT_FALSE(is_served({"x"}, {.user = "1"}));
  EXPECT_FALSE(is_served({"x"}, {.privileged = true}));
  EXPECT_FALSE(is_served({"x"}, {.tty = true}));
  EXPECT_FALSE(is_served({"x"}, {.input_source = [](auto) { return std::size_t{0}; }}));
  EXPECT_FALSE(is_served({"x"}, {.ends = ExecEnds::WithProcess}));
  EXPECT_FALSE(is_served({"x"}, {.input = std::string(20000, 'x')}));
  EXPECT_FALSE(is_served({"-x"}, {}));
  EXPECT_FALSE(is_served({"a=b"}, {}));
  EXPECT_EQ(text_of({"x", std::string(70000, 'y')}), "");
}

TEST(ShellScriptTest, ReadsWhatTheBeginningFound) {
  using namespace std::string_literals;
  const Abilities found = read_abilities("A=b\0SHLVL=1\0discovery.type=x=y\0=\0junk\0PWD=/\0"s, "ce");
  EXPECT_TRUE(found.has_cat);
  EXPECT_TRUE(found.has_env);
  EXPECT_THAT(found.restored, ElementsAre("SHLVL=1", "discovery.type=x=y", "PWD=/"));
  EXPECT_FALSE(read_abilities("", "e").has_cat);
}

TEST(ShellScriptTest, MakesMarksThatDiffer) {
  EXPECT_NE(random_mark(), random_mark());
  EXPECT_EQ(random_mark().size(), 33U);
}

}  // namespace
}  // namespace drydock::shell_script

#include "support/shell_cases.h"

#include <cstdint>
#include <utility>

namespace drydock {
namespace {

ShellCase script(std::string name, std::string text, ExecOptions options = {}) {
  return {.name = std::move(name), .argv = {"sh", "-c", std::move(text)}, .options = std::move(options)};
}

std::vector<ShellCase> disturbances() {
  return {
      script("an exit", "exit 3"),
      script("an exit from a subshell", "(exit 4); exit $?"),
      script("an exec", "exec echo replaced"),
      script("a trap at the exit", "trap 'echo trapped' EXIT; exit 5"),
      script("a trap that ignores", "trap '' TERM HUP INT; kill -TERM $$; echo alive"),
      script("its own SIGKILL", "echo before; kill -9 $$; echo after"),
      script("its own SIGTERM", "kill -15 $$"),
      script("its own SIGINT", "kill -2 $$; echo alive"),
      script("its own SIGPIPE", "kill -13 $$; echo alive"),
      script("closed stdout", "exec >&-; echo lost 2>/dev/null; exit 6"),
      script("closed stderr", "exec 2>&-; echo out"),
      script("all closed", "exec 0<&- >&- 2>&-; exit 7"),
      script("other descriptors closed", "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; echo open"),
      script("writes to descriptors of the shell",
             "for fd in 3 4 5 6; do (eval \"echo x >&$fd\") 2>/dev/null; done; echo done"),
      script("another directory", "cd /tmp && pwd"),
      script("set -e", "set -e; false; echo unreached"),
      script("set -u", "set -u; echo ${NOT_SET_ANYWHERE-unset}; set -f; echo *"),
      script("set -x", "set -x; true; echo traced 2>/dev/null"),
      script("a readonly variable", "readonly dd_cat=x dd_sid=x dd_end=x; echo $dd_cat"),
      script("another IFS", "IFS=abc; set -- $(echo 1a2b3); echo $#"),
      script("a function printf", "printf() { :; }; printf lost; command printf kept"),
      script("functions of the shell's names",
             "dd_run() { echo mine; }; dd_go() { dd_run; }; dd_no() { dd_go; }; dd_cmd() { dd_no; }; dd_cmd"),
      script("aliases", "alias cat='echo no' echo='cat' || true; echo fine"),
      script("variables of the shell's names", "echo \"[$dd_cat$dd_env$dd_sid$dd_end]\""),
      script("functions inherited from the shell",
             "type dd_run dd_go dd_has dd_no dd_cmd dd_body >/dev/null 2>&1 && echo leaked; echo end"),
      script("a limit of files", "ulimit -n 20; ulimit -n"),
      script("a limit of size", "ulimit -f 1; ulimit -f"),
      script("another umask", "umask 077; umask"),
      script("the umask", "umask"),
      script("a background child with closed output", "sleep 1 >/dev/null 2>&1 & echo left"),
      script("a background child that prints late", "(sleep 0.2; echo late; echo late >&2) & echo early"),
      script("two background children", "(sleep 0.1; echo one) & (sleep 0.3; echo two >&2) & exit 9"),
      script("kill 0", "trap : TERM; kill -TERM 0; echo alive"),
      script("kill 0 at the end", "trap 'kill -9 0' EXIT; echo out"),
      script("output without an end", "printf 'no newline'; printf 'here neither' >&2"),
      script("NUL bytes", R"(printf 'a\000b\000'; printf '\000' >&2)"),
      script("marks of its own", R"(printf '\036%032dE0\n' 0; printf '\036%032dB\n' 0 >&2; printf '\036')"),
      script("half a mark", R"(printf 'x\0360'; printf '\036\036\036' >&2)"),
      script("only an end of line", "echo; echo >&2"),
      script("nothing", "true"),
      script("a reader of stdin", "cat; read line; echo \"[$line]\""),
      script("words of the shell", "echo '}; }; echo >&3; exit 9'; echo \"')\""),
      script("a syntax error", "if"),
      script("an unset path", "unset PATH; /bin/echo fine"),
      script("much on both streams",
             "i=0; while [ $i -lt 300 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done"),
  };
}

std::vector<ShellCase> arguments() {
  return {
      {.name = "quotes",
       .argv = {"echo", "it's", "\"quoted\"", "'", "'\\''", "\\", "\\\\", "$HOME", "`id`", "$(id)"}},
      {.name = "empty words", .argv = {"printf", "[%s]", "", "a", ""}},
      {.name = "lines", .argv = {"printf", "%s|", "a\nb", "\n", "\r\n", "\t", "end\n\n"}},
      {.name = "patterns",
       .argv = {"printf", "%s|", "*", "?", "[a-z]", "~", "{a,b}", "!", "#", "a=b", "--", "-n"}},
      {.name = "letters beyond ASCII", .argv = {"printf", "%s|", "\xc3\xa9\xc2\x81\xc2\x88", "\xe2\x82\xac"}},
      {.name = "control bytes", .argv = {"printf", "%s|", "\x01\x02\x1b[0m\x1e\x7f"}},
      {.name = "a long word", .argv = {"printf", "%s", std::string(20000, 'w')}},
      {.name = "words past what a shell is told", .argv = {"printf", "%s", std::string(100000, 'w')}},
      {.name = "a missing command", .argv = {"no-such-command", "x"}},
      {.name = "a missing path", .argv = {"/no/such/command"}},
      {.name = "no executable", .argv = {"/etc/hosts"}},
      {.name = "a directory", .argv = {"/etc"}},
      {.name = "a program with an equals sign", .argv = {"a=b"}},
      {.name = "a program with a dash", .argv = {"-x"}},
      {.name = "the name of a function of the shell", .argv = {"dd_run"}},
      {.name = "a builtin", .argv = {"cd", "/"}},
      {.name = "a word of the shell", .argv = {"if"}},
      {.name = "the environment", .argv = {"sh", "-c", "env | grep -v DRYDOCK_EXEC_ID | sort"}},
      {.name = "the bare environment",
       .argv = {"env"},
       .options = {.env = {{"X", "y"}}, .on_stdout = [](auto) { return true; }}},
  };
}

std::vector<ShellCase> options() {
  const std::string bytes = noise(5000, 1);
  return {
      {.name = "variables",
       .argv = {"sh", "-c", "env | grep -v DRYDOCK_EXEC_ID | sort"},
       .options = {.env = {{"EMPTY", ""},
                           {"QUOTED", "it's \"x\" $HOME `id` \\"},
                           {"a.b", "dot"},
                           {"a-b", "dash"},
                           {"1A", "digit"},
                           {"PWD", "/nowhere"},
                           {"SHLVL", "7"},
                           {"IFS", "x"},
                           {"UID", "5"},
                           {"-u", "option"},
                           {"POSIXLY_CORRECT", "1"},
                           {"BASH_VERSION", "mine"}}}},
      script("a variable of lines", "printf %s \"$LINES_OF\"", {.env = {{"LINES_OF", "a\nb\n\n'c'\n"}}}),
      script("another PATH", "echo $PATH", {.env = {{"PATH", "/usr/bin:/bin:/x y"}}}),
      {.name = "a PATH without the command",
       .argv = {"sleep", "0"},
       .options = {.env = {{"PATH", "/nowhere"}}}},
      {.name = "a directory", .argv = {"pwd"}, .options = {.working_dir = "/tmp"}},
      script("a directory for a script", "pwd; echo $PWD; pwd -P", {.working_dir = "/usr/../tmp"}),
      {.name = "a missing directory", .argv = {"pwd"}, .options = {.working_dir = "/no such"}},
      {.name = "input", .argv = {"cat"}, .options = {.input = bytes}},
      {.name = "input of all printf signs",
       .argv = {"cat"},
       .options = {.input = "%s%d\\n\\0 -n '\"$x` \\c"}},
      {.name = "input with a dash first", .argv = {"cat"}, .options = {.input = "-v x"}},
      {.name = "empty input", .argv = {"cat"}, .options = {.input = ""}},
      {.name = "big input", .argv = {"cat"}, .options = {.input = noise(3U << 20U, 2)}},
      {.name = "unread input", .argv = {"true"}, .options = {.input = bytes}},
      {.name = "unread big input", .argv = {"true"}, .options = {.input = noise(1U << 20U, 3)}},
      script("partly read input", "head -c 3 >/dev/null; exit 2", {.input = bytes}),
      {.name = "a kind of stdin",
       .argv = {"sh", "-c", "[ -p /dev/stdin ] && echo pipe; [ -c /dev/stdin ] && echo null"}},
      {.name = "another user", .argv = {"id", "-u"}, .options = {.user = "1234:5678"}},
      {.name = "a terminal", .argv = {"sh", "-c", "[ -t 1 ] && echo tty"}, .options = {.tty = true}},
      {.name = "a cut output",
       .argv = {"sh", "-c", "printf 1234567890"},
       .options = {.output_limit = 4, .on_output_limit = OnOutputLimit::Truncate}},
      {.name = "the end of the process",
       .argv = {"sh", "-c", "sleep 3 & echo out"},
       .options = {.ends = ExecEnds::WithProcess}},
      script("8 MiB", "head -c 8388608 /dev/zero"),
  };
}

}  // namespace

std::string noise(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  std::uint32_t state = seed;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

std::vector<ShellCase> shell_cases() {
  std::vector<ShellCase> all = disturbances();
  for (std::vector<ShellCase> more : {arguments(), options()}) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return all;
}

}  // namespace drydock

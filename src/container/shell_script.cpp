#include "container/shell_script.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/random.h"
#include "base/text.h"
#include "container/exec_validate.h"

namespace drydock::shell_script {
namespace {

// More takes a shell that reads its script byte by byte longer than an exec costs.
constexpr std::size_t kTextLimit = std::size_t{64} << 10;
// A pipe holds it, so that printf never waits for a command that does not read.
constexpr std::size_t kInputLimit = std::size_t{16} << 10;

// fd 3 and 4: the engine's stdout and stderr; 5 and 6: the command's, which are pipes; 7 and 8: where these
// are read. A shell has no word for a pipe of its own: the middle of a pipeline has two, and Linux opens the
// other end of what a descriptor in /proc/self/fd names. fd 9: what the shell is told.
constexpr const char* kStart =
    "exec 3>&1 4>&2 9<&0; : | { exec 5>/proc/self/fd/0 6>&1 7<&0 8</proc/self/fd/1 <&9 9<&- >/dev/null 2>&1; "
    "exec sh; } | :";

// dd_has looks for a program where an exec does: a shell knows builtins, too, and a busybox that prefers its
// own applets (dd_box) would run one where PATH leads to another program. dd_no says that nothing is started,
// by the beginning of the end's mark: the status is then an N with something behind it.
//
// dd_relay starts what relays a command's output, after the command before it has been answered: so a command
// waits for its own process only. dd_drain waits until nobody holds the command's pipes any more. While a
// command runs the shell itself reads no pipe, so that one whose relay was killed is told by SIGPIPE; the `r`
// after the exit code says that output is lost.
//
// dd_begin says that the command has its process; dd_still looks whether a tool is there yet: without
// relays the shell ends. At its end it waits for them: in many containers nobody else would.
constexpr const char* kFunctions = R"(unset -f command echo printf cd cat env pwd setsid trap wait
dd_cat=$(command -v cat)
dd_env=$(command -v env)
dd_sid=$(command -v setsid)
dd_box=$(PATH=/nowhere; command -v cat)
dd_wd=$(pwd)
trap 'exec 5>&- 6>&-; wait' EXIT
dd_no() { printf %s "$dd_mark"EN >&3; exit 0; }
dd_begin() {
echo "$dd_mark"B >&3
echo "$dd_mark"B >&4
cd "$dd_wd" || dd_no
}
dd_still() { case $1 in /*) [ -x "$1" ] ;; esac; }
dd_is() { [ -f "$1" ] && [ -x "$1" ]; }
dd_has() {
case $1 in
*/*) dd_is "$1" && return ;;
*)
set -f
IFS=:
for dd_dir in $PATH; do
dd_is "$dd_dir/$1" || continue
[ -z "$dd_box" ] || [ "$dd_dir/$1" -ef /proc/$$/exe ] || break
unset IFS
return
done ;;
esac
dd_no
}
dd_go() {
dd_still "$dd_sid" || dd_sid=
unset PWD OLDPWD SHLVL
exec $dd_sid "$@" 3>&- 4>&- 5>&- 6>&-
}
dd_relay() {
dd_still "$dd_cat" || exit 1
exec 5>/proc/self/fd/7 6>/proc/self/fd/8
$dd_cat <&7 >&3 3>&- 4>&- 5>&- 6>&- 7<&- 8<&- &
dd_out=$!
$dd_cat <&8 >&4 3>&- 4>&- 5>&- 6>&- 7<&- 8<&- &
dd_err=$!
exec 7<&- 8<&-
}
dd_drain() {
exec 7</proc/self/fd/5 8</proc/self/fd/6 5>&- 6>&-
dd_lost=
wait $dd_out || dd_lost=r
wait $dd_err || dd_lost=r
}
dd_run() {
dd_mark=$1
[ -e /proc/$dd_out/fd/0 ] && [ -e /proc/$dd_err/fd/0 ] || { dd_drain; dd_relay; }
dd_body
dd_end=$?
dd_drain
echo "${dd_mark}E$dd_end$dd_lost" >&3
echo "${dd_mark}E" >&4
dd_relay
}
)";

constexpr auto kShellsOwn = std::to_array<std::string_view>({"PWD",
                                                             "OLDPWD",
                                                             "SHLVL",
                                                             "_",
                                                             "IFS",
                                                             "OPTIND",
                                                             "OPTERR",
                                                             "PPID",
                                                             "UID",
                                                             "EUID",
                                                             "GROUPS",
                                                             "SHELLOPTS",
                                                             "BASHOPTS",
                                                             "BASH",
                                                             "BASHPID",
                                                             "BASH_ARGV0",
                                                             "BASH_COMMAND",
                                                             "BASH_SUBSHELL",
                                                             "BASH_VERSINFO",
                                                             "BASH_VERSION",
                                                             "COMP_WORDBREAKS",
                                                             "DIRSTACK",
                                                             "EPOCHREALTIME",
                                                             "EPOCHSECONDS",
                                                             "FUNCNAME",
                                                             "HISTCMD",
                                                             "LINENO",
                                                             "POSIXLY_CORRECT",
                                                             "PS1",
                                                             "PS2",
                                                             "PS4",
                                                             "RANDOM",
                                                             "SECONDS",
                                                             "SRANDOM",
                                                             "HOSTTYPE",
                                                             "MACHTYPE"});

bool is_identifier(std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && (name.front() < '0' || name.front() > '9') &&
         std::all_of(name.begin(), name.end(), is_word);
}

bool passes_a_shell(std::string_view name) {
  return is_identifier(name) && std::find(kShellsOwn.begin(), kShellsOwn.end(), name) == kShellsOwn.end();
}

void append_words(std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    text += ' ';
    text += text::shell_quote(word);
  }
}

}  // namespace

std::string random_mark() {
  // A control byte in front is seldom met in output: the search for the mark is a search for it.
  return "\x1e" + random_hex(16);
}

std::vector<std::string> argv() {
  return {"sh", "-c", kStart};
}

std::string beginning(std::string_view mark) {
  return fmt::format(
      "{0}\necho '{1}B' >&3\necho '{1}B' >&4\n$dd_cat /proc/$PPID/environ >&3\n"
      "echo '{1}E'\"${{dd_cat:+c}}${{dd_env:+e}}\" >&3\necho '{1}E' >&4\ndd_relay\n",
      kFunctions, mark);
}

Abilities read_abilities(std::string_view environment, std::string_view letters) {
  Abilities found{.has_cat = letters.find('c') != std::string_view::npos,
                  .has_env = letters.find('e') != std::string_view::npos};
  for (std::string& variable : text::split(environment, '\0')) {
    const std::string::size_type equals = variable.find('=');
    if (equals != 0 && equals != std::string::npos &&
        !passes_a_shell(std::string_view{variable}.substr(0, equals))) {
      found.restored.push_back(std::move(variable));
    }
  }
  return found;
}

bool is_served(const std::vector<std::string>& argv, const ExecOptions& options) {
  // `exec` and `env` would take such a program for an option, or for a variable.
  const std::string& program = argv.front();
  const bool odd_program = program.front() == '-' || program.find('=') != std::string::npos;
  return !odd_program && options.user.empty() && !options.privileged && !options.tty &&
         !options.input_source && options.ends == ExecEnds::WithStream &&
         (!options.input || options.input->size() <= kInputLimit);
}

std::string command(std::string_view mark, std::string_view id, const std::vector<std::string>& argv,
                    const ExecOptions& options, const Abilities& abilities) {
  const bool needs_env = !options.env.empty() || !abilities.restored.empty();
  if (needs_env && !abilities.has_env) {
    return {};
  }
  std::string text = "dd_cmd() { dd_begin; ";
  if (!options.working_dir.empty()) {
    text += fmt::format("cd -P {} || dd_no; ", text::shell_quote(options.working_dir));
  }
  if (const auto path = options.env.find("PATH"); path != options.env.end()) {
    text += fmt::format("PATH={}; ", text::shell_quote(path->second));
  }
  text += fmt::format("dd_has {}; export {}={}; ", text::shell_quote(argv.front()), kExecMarker, id);
  text += needs_env ? "dd_still \"$dd_env\" || dd_no; dd_go" : "dd_go";
  if (needs_env) {
    text += " \"$dd_env\" --";
    append_words(text, abilities.restored);
    for (const auto& [name, value] : options.env) {
      text += ' ';
      text += text::shell_quote(name + '=' + value);
    }
  }
  append_words(text, argv);
  text += "; }\ndd_body() { ";
  text += options.input
              ? fmt::format("printf {} 2>/dev/null | (dd_cmd) >&5 2>&6; }}\n", printf_word(*options.input))
              : "(dd_cmd) >&5 2>&6 </dev/null; }\n";
  text += fmt::format("dd_run '{}'\n", mark);
  return text.size() <= kTextLimit ? text : std::string{};
}

std::string printf_word(std::string_view bytes) {
  constexpr std::string_view kPlain = " \n.,:;/_+@<>(){}[]\"#&|=~^*?$!";
  std::string word = "'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      word += c;
    } else {
      word += '\\';
      word += static_cast<char>('0' + (byte >> 6U));
      word += static_cast<char>('0' + ((byte >> 3U) & 7U));
      word += static_cast<char>('0' + (byte & 7U));
    }
  }
  return word + "'";
}

}  // namespace drydock::shell_script

#include "cli/image_sources.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/process_words.h"
#include "base/read_file.h"
#include "base/text.h"

namespace drydock::cli {
namespace {

constexpr const char* kVariable = "DRYDOCK_LIST_IMAGES";

// A folder of this process's own for the list, removed with it.
class ListFile {
 public:
  ListFile() {
    std::string name = (std::filesystem::temp_directory_path() / "drydock-images-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "cannot make the directory '" + name + "'");
    }
    folder_ = name;
  }
  ListFile(const ListFile&) = delete;
  ListFile& operator=(const ListFile&) = delete;
  ~ListFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string path() const { return (folder_ / "list").string(); }

 private:
  std::filesystem::path folder_;
};

std::vector<std::string> images_in(const std::string& text) {
  std::vector<std::string> images;
  for (const std::string& raw : text::split(text, '\n')) {
    const std::string_view line = text::trim(raw);
    if (!line.empty() && line.front() != '#') {
      images.emplace_back(line);
    }
  }
  return images;
}

void print_comments(const std::string& program, const std::string& text) {
  for (const std::string& line : text::split(text, '\n')) {
    if (line.starts_with('#')) {
      fmt::print(stderr, "drydock: {}:{}\n", program, line.substr(1));
    }
  }
}

// Returns the exit code; its stdout is of no interest.
int run_quietly(std::vector<std::string> argv) {
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failure =
      ::posix_spawn(&child, argv[0].c_str(), &actions, nullptr, pointers_to(argv).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw std::system_error(failure, std::generic_category(), "cannot run '" + argv[0] + "'");
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::vector<std::string> images_in_file(const std::string& path) {
  if (path == "-") {
    return images_in(std::string(std::istreambuf_iterator<char>{std::cin}, {}));
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw InvalidArgumentError(fmt::format("the list of images '{}' cannot be read", path),
                               {.operation = "image pull", .resource = path});
  }
  return images_in(std::string(std::istreambuf_iterator<char>{file}, {}));
}

std::vector<std::string> images_of_program(const std::string& program) {
  const ListFile list;
  ::setenv(kVariable, list.path().c_str(), 1);
  // A program that does not know of the variable must run nothing either.
  const int exit_code = run_quietly({program, "--gtest_filter=-*"});
  ::unsetenv(kVariable);
  if (exit_code != 0 || !std::filesystem::exists(list.path())) {
    throw Error(ErrorCode::CommandFailed,
                fmt::format("the program '{}' lists no images (exit code {}): a test program does that with "
                            "{}=FILE when it uses drydock::gtest",
                            program, exit_code, kVariable),
                {.operation = "image pull", .resource = program});
  }
  const std::string text = read_file(list.path());
  print_comments(program, text);
  return images_in(text);
}

}  // namespace drydock::cli

// headers: what including drydock/gtest.h adds to the compile time of a test file that includes GoogleTest
// and its matchers anyway.
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "benchmark.h"
#include "stats.h"

extern char** environ;

namespace drydock::bench {
namespace {

constexpr const char* kBase = "#include <gtest/gtest.h>\n#include <gmock/gmock-matchers.h>\n";
constexpr const char* kWith = "#include \"drydock/gtest.h\"\n";

/// A folder that is removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "drydock-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no scratch folder could be made in '" + name + "'");
    }
    path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// The compiler itself, without a cache before it, at -O0 -g; include folders as the build has them.
std::vector<std::string> compile_command(const std::string& source, const std::string& object) {
  std::vector<std::string> command{DRYDOCK_BENCH_CXX, "-std=c++20", "-O0", "-g", "-c", source, "-o", object};
  std::istringstream folders{DRYDOCK_BENCH_INCLUDES};
  for (std::string folder; std::getline(folders, folder, '|');) {
    if (!folder.empty()) {
      command.push_back("-I" + folder);
    }
  }
  return command;
}

struct Cost {
  double wall_s{0};
  double cpu_s{0};
};

double cpu_of_children_s() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void run(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) {
    throw std::runtime_error("the compiler '" + command.front() + "' could not be started");
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) {
    throw std::runtime_error("the compiler failed; its words are above");
  }
}

Cost compile(const std::vector<std::string>& command) {
  const double cpu_before = cpu_of_children_s();
  Cost cost;
  cost.wall_s = measure_ms([&] { run(command); }) / 1e3;
  cost.cpu_s = cpu_of_children_s() - cpu_before;
  return cost;
}

struct Sample {
  std::vector<double> wall{};
  std::vector<double> cpu{};

  void take(const std::vector<std::string>& command) {
    const Cost cost = compile(command);
    wall.push_back(cost.wall_s);
    cpu.push_back(cost.cpu_s);
  }
};

}  // namespace

void run_headers(const Options& options) {
  ::setenv("CCACHE_DISABLE", "1", 1);  // the compiler may itself be a link to ccache
  const ScratchFolder scratch;
  const std::string object = (scratch.path() / "out.o").string();
  const auto write = [&](const char* name, const std::string& text) {
    const std::string path = (scratch.path() / name).string();
    std::ofstream{path} << text;
    return compile_command(path, object);
  };
  const std::vector<std::string> base_command = write("base.cpp", kBase);
  const std::vector<std::string> with_command = write("with.cpp", std::string{kBase} + kWith);
  compile(base_command);  // the headers are in the page cache from here on
  compile(with_command);

  Sample base;
  Sample with;
  const int rounds = options.rounds_or(15);
  interleave(
      rounds, [&] { base.take(base_command); }, [&] { with.take(with_command); });

  ResultLine{"headers"}
      .add("added_s", median(with.wall) - median(base.wall), 3)
      .add("base_s", median(base.wall), 3)
      .add("n", rounds)
      .add("added_cpu_s", median(with.cpu) - median(base.cpu), 3)
      .add("base_cpu_s", median(base.cpu), 3)
      .add("spread", spread(base.wall), 2)
      .print();
}

}  // namespace drydock::bench

#include "drydock/observability/trace.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/secret.h"
#include "drydock/observability/log.h"

#include "docker/json.h"
#include "observability/trace_file.h"
#include "support/forked.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

std::vector<Json> events_in(const std::filesystem::path& path) {
  return parse_json(content_of(path), "the trace").array();
}

std::vector<std::string> names_in(const std::filesystem::path& path) {
  std::vector<std::string> names;
  for (const Json& event : events_in(path)) {
    if (event["ph"].string() == "X") {
      names.push_back(event["name"].string());
    }
  }
  return names;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 0777U;
}

class TraceTest : public testing::Test {
 protected:
  /// Runs `code` in a forked child that traces: a process has one file.
  template <typename Code>
  std::string traced(const Code& code) const {
    return in_forked_child([&] {
      ::setenv("DRYDOCK_TRACE", file_.c_str(), 1);
      return code();
    });
  }

  ScratchDirectory scratch_;
  std::filesystem::path file_ = scratch_.path() / "trace.json";
};

TEST_F(TraceTest, WritesSpansAsCompleteEventsInnermostFirst) {
  traced([] {
    trace::Span outer{"container start", "call"};
    outer.note("resource", "web \"1\"");
    outer.note("status", 204);
    const trace::Span inner{"connect", "call"};
    return "";
  });
  EXPECT_THAT(names_in(file_), ElementsAre("connect", "container start"));
  const Json event = events_in(file_).back();
  EXPECT_EQ(event["cat"].string(), "call");
  EXPECT_EQ(event["args"]["resource"].string(), "web \"1\"");
  EXPECT_EQ(event["args"]["status"].integer(), 204);
  const Json inner = events_in(file_).at(1);
  EXPECT_LE(event["ts"].integer(), inner["ts"].integer());
  EXPECT_GE(event["dur"].integer(), inner["dur"].integer());
}

TEST_F(TraceTest, IsReadableByItsOwnerOnlyAlsoWhenItWasThereBefore) {
  std::ofstream{file_} << "older, longer and not JSON, and more than what will be written over it: "
                       << std::string(999, 'x');
  std::filesystem::permissions(file_, std::filesystem::perms::all);
  traced([] {
    const trace::Span span{"a", "test"};
    return "";
  });
  EXPECT_EQ(mode_of(file_), 0600U);
  EXPECT_THAT(names_in(file_), ElementsAre("a"));
}

TEST_F(TraceTest, IsWholeAfterEveryEventAlsoOfAProcessThatIsKilled) {
  try {
    traced([]() -> std::string {
      { const trace::Span span{"a", "test"}; }
      ::raise(SIGKILL);
      return "";
    });
  } catch (const std::runtime_error&) {
    EXPECT_THAT(names_in(file_), ElementsAre("a"));
    return;
  }
  FAIL() << "the child was not killed";
}

TEST_F(TraceTest, AForkedChildWritesBesideItsParent) {
  const std::string child = traced([] {
    { const trace::Span span{"before", "test"}; }
    std::string pid = in_forked_child([] {
      { const trace::Span span{"in the child", "test"}; }
      return std::to_string(::getpid());
    });
    { const trace::Span span{"after", "test"}; }
    return pid;
  });
  EXPECT_THAT(names_in(file_), ElementsAre("before", "after"));
  EXPECT_THAT(names_in(file_.string() + "." + child), ElementsAre("in the child"));
}

TEST_F(TraceTest, ThreadsWriteWholeEventsToOneFile) {
  traced([] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([] {
        for (int n = 0; n < 50; ++n) {
          const trace::Span span{"t", "test"};
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    return "";
  });
  EXPECT_EQ(names_in(file_).size(), 400U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{file_.parent_path()}, {}), 1);
}

TEST_F(TraceTest, WritesNothingUnlessAskedTo) {
  EXPECT_EQ(in_forked_child([] {
              ::unsetenv("DRYDOCK_TRACE");
              const trace::Span span{"a", "test"};
              return trace::enabled() ? "on" : "off";
            }),
            "off");
}

TEST_F(TraceTest, SaysOnceThatAFileCannotBeWrittenAndGoesOn) {
  file_ = "/nonexistent/trace.json";
  EXPECT_EQ(traced([] {
              int warnings = 0;
              log::set_sink([&](log::Level, std::string_view) { ++warnings; });
              { const trace::Span span{"a", "test"}; }
              { const trace::Span span{"b", "test"}; }
              log::set_sink({});
              return std::to_string(warnings);
            }),
            "1");
}

TEST_F(TraceTest, MasksSecrets) {
  traced([] {
    const Secret secret{"trace-canary-1"};
    trace::Span span{"say trace-canary-1", "test"};
    span.note("resource", "x-trace-canary-1");
    return "";
  });
  EXPECT_THAT(content_of(file_), Not(HasSubstr("trace-canary-1")));
  EXPECT_THAT(names_in(file_), ElementsAre("say ***"));
}

TEST(TraceFileTest, NamesTheProcessWhereAsked) {
  EXPECT_EQ(trace::with_process_id("/tmp/%p/t-%p.json", 12), "/tmp/12/t-12.json");
}

TEST(TraceFileTest, AnEmptyTraceIsJson) {
  const ScratchDirectory scratch;
  const trace::TraceFile file{(scratch.path() / "t.json").string()};
  EXPECT_THAT(events_in(file.path()), IsEmpty());
}

TEST(TraceFileTest, QuotesAnyBytesAsJson) {
  const std::string raw = std::string("a\"\\\n\t\x01\xFF\xC3\xA4", 9) + '\x7f';
  EXPECT_EQ(parse_json("[" + trace::json_string(raw) + "]", "it").array().front().string(),
            std::string("a\"\\\n\t\x01\xEF\xBF\xBD\xC3\xA4", 11) + '\x7f');
}

}  // namespace
}  // namespace drydock

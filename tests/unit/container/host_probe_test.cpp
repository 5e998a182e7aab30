#include "container/host_probe.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock {
namespace {

using ::testing::Contains;

// The first probe by that program; the one with `word` in its command where there are two.
const HostProbe& probe(const char* program, const char* word = nullptr) {
  for (const HostProbe& each : host_probes()) {
    if (std::strcmp(each.program, program) == 0 &&
        (word == nullptr || ::testing::Value(each.command("h", 1, 1), Contains(std::string{word})))) {
      return each;
    }
  }
  throw std::logic_error("no such probe");
}

Reached read(const HostProbe& probe, int exit_code, std::string out, std::string err) {
  return read_probe(probe, ExecResult{.exit_code = exit_code, .out = std::move(out), .err = std::move(err)});
}

TEST(HostProbeTest, NamesHostPortAndLimitInEachCommand) {
  for (const HostProbe& each : host_probes()) {
    std::string line;
    for (const std::string& word : each.command("the.host", 8123, 7)) {
      line += word + ' ';
    }
    EXPECT_THAT(line, ::testing::AllOf(::testing::HasSubstr("the.host"), ::testing::HasSubstr("8123")));
  }
}

// What the programs were seen to say: BusyBox 1.35, bash 5.2, curl 7.88, GNU Wget 1.21, netcat-openbsd 1.219.
TEST(HostProbeTest, UnderstandsWhatProgramsSay) {
  struct Row {
    const HostProbe& probe;
    int exit_code;
    const char *out, *err;
    Reached reached;
  };
  const Row table[] = {
      {probe("nc", "-z"), 0, "", "", Reached::Yes},
      {probe("nc", "-z"), 1, "",
       "nc: invalid option -- 'z'\nUsage: nc [-wN] [-e PROG]\n\t-w SEC\tConnect timeout\n",
       Reached::CannotTell},
      {probe("nc", "-z"), 1, "", "nc: connect to h port 1 (tcp) failed: Connection refused",
       Reached::Refused},
      {probe("nc", "-z"), 1, "", "nc: connect to h port 1 (tcp) timed out: Operation now in progress",
       Reached::TimedOut},
      {probe("nc", "-z"), 1, "", "nc: getaddrinfo for host \"h\" port 1: Name or service not known",
       Reached::UnknownName},
      {probe("nc", "-z"), 127, "", "", Reached::CannotTell},
      {probe("nc", "-e"), 1, "", "nc: can't connect to remote host (10.0.0.1): Connection refused\n",
       Reached::Refused},
      {probe("nc", "-e"), 1, "", "nc: bad address 'h'\n", Reached::UnknownName},
      {probe("bash"), 0, "", "", Reached::Yes},
      {probe("bash"), 1, "", "h: line 1: /dev/tcp/h/1: Connection refused", Reached::Refused},
      {probe("bash"), 1, "", "bash: h: Name or service not known\nbash: /dev/tcp/h/1: Invalid argument",
       Reached::UnknownName},
      {probe("bash"), 126, "OCI runtime exec failed: exec: \"bash\": not found", "", Reached::CannotTell},
      {probe("curl"), 0, "connected=0.000412", "", Reached::Yes},
      {probe("curl"), 52, "connected=0.000412", "curl: (52) Empty reply from server", Reached::Yes},
      {probe("curl"), 28, "connected=0.000412", "curl: (28) Operation timed out", Reached::Yes},
      {probe("curl"), 28, "connected=0.000000", "curl: (28) Connection timed out", Reached::TimedOut},
      {probe("curl"), 7, "connected=0.000000", "curl: (7) Failed to connect: Couldn't connect to server",
       Reached::Refused},
      {probe("curl"), 6, "connected=0.000000", "curl: (6) Could not resolve host: h", Reached::UnknownName},
      {probe("wget"), 0, "", "", Reached::Yes},
      {probe("wget"), 1, "", "wget: server returned error: HTTP/1.1 404 Not Found", Reached::Yes},
      {probe("wget"), 1, "", "wget: error getting response", Reached::Yes},
      {probe("wget"), 8, "", "HTTP request sent, awaiting response... 500\nERROR 500: Internal.",
       Reached::Yes},
      {probe("wget"), 1, "", "wget: can't connect to remote host (10.0.0.1): Connection refused",
       Reached::Refused},
      {probe("wget"), 4, "", "Connecting to h:1... failed: Connection refused.", Reached::Refused},
      {probe("wget"), 1, "", "wget: bad address 'h:1'", Reached::UnknownName},
      {probe("wget"), 4, "", "Connecting to h:1... failed: No route to host.", Reached::TimedOut},
  };
  for (const Row& row : table) {
    EXPECT_EQ(read(row.probe, row.exit_code, row.out, row.err), row.reached)
        << row.probe.program << ": " << row.err << row.out;
  }
}

}  // namespace
}  // namespace drydock

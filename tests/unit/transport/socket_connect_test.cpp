#include "transport/socket_connect.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "support/scripted_server.h"

namespace drydock {
namespace {

Deadline soon() {
  return Deadline::in(std::chrono::seconds(5));
}

TEST(SocketConnectTest, OpensSocketsThatDoNotBlockAndDoNotOutliveExec) {
  for (const auto kind : {ScriptedServer::Socket::Unix, ScriptedServer::Socket::Tcp}) {
    ScriptedServer server({{ServerStep::stall()}}, kind);
    const ConnectOutcome outcome = connect_socket(server.endpoint(), soon());
    ASSERT_TRUE(outcome.socket.valid()) << outcome.failure;
    EXPECT_TRUE(::fcntl(outcome.socket.get(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(outcome.socket.get(), F_GETFD) & FD_CLOEXEC);
    EXPECT_EQ(outcome.failure, "");
  }
}

TEST(SocketConnectTest, FindsAHostByName) {
  ScriptedServer server({{ServerStep::stall()}}, ScriptedServer::Socket::Tcp);
  Endpoint endpoint = server.endpoint();
  endpoint.host = "localhost";
  EXPECT_EQ(connect_socket(endpoint, soon()).failure, "");
}

TEST(SocketConnectTest, TellsFailuresApartInWords) {
  EXPECT_EQ(connect_socket({.path = "/nonexistent/engine.sock"}, soon()).failure, "no such file");
  EXPECT_EQ(connect_socket({.path = "/etc/passwd"}, soon()).failure, "connection refused");
  EXPECT_EQ(connect_socket({.path = "/etc/passwd/engine.sock"}, soon()).failure, describe_errno(ENOTDIR));
  EXPECT_EQ(connect_socket({.path = "/" + std::string(200, 'x')}, soon()).failure,
            describe_errno(ENAMETOOLONG));
  Endpoint closed;
  {
    ScriptedServer server({}, ScriptedServer::Socket::Tcp);
    closed = server.endpoint();
  }
  const ConnectOutcome refused = connect_socket(closed, soon());
  EXPECT_EQ(refused.failure, "connection refused");
  EXPECT_FALSE(refused.timed_out);
  EXPECT_FALSE(refused.socket.valid());
}

TEST(SocketConnectTest, SaysWhenASocketIsForbidden) {
  ScriptedServer server({});
  ASSERT_EQ(::chmod(server.endpoint().path.c_str(), 0), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    // Root may connect to anything.
    const bool plain = ::getuid() != 0 || ::setuid(65534) == 0;
    ::_exit(plain && connect_socket(server.endpoint(), soon()).failure == "permission denied" ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(SocketConnectTest, NamesAHostThatIsUnknown) {
  const ConnectOutcome outcome =
      connect_socket({.kind = Endpoint::Kind::Tcp, .host = "256.0.0.0.invalid", .port = 1}, soon());
  EXPECT_FALSE(outcome.socket.valid());
  EXPECT_NE(outcome.failure.find("'256.0.0.0.invalid'"), std::string::npos);
}

TEST(SocketConnectTest, APassedDeadlineIsATimeout) {
  ScriptedServer server({});
  const ConnectOutcome outcome = connect_socket(server.endpoint(), Deadline::in(std::chrono::seconds(-1)));
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_FALSE(outcome.socket.valid());
}

TEST(DescribeErrnoTest, BeginsInLowerCase) {
  EXPECT_EQ(describe_errno(EACCES), "permission denied");
  EXPECT_EQ(describe_errno(EHOSTUNREACH), "no route to host");
}

}  // namespace
}  // namespace drydock

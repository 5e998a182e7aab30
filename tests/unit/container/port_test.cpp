#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/spec.h"

namespace drydock {
namespace {

struct Written {
  const char* text;
  Port port;
  const char* canonical;
};

TEST(PortTest, ParsesDockersNotationAndWritesTheShortestFormOfIt) {
  const Written table[] = {
      {"80", {80}, "80/tcp"},
      {"80/TCP", {80}, "80/tcp"},
      {"53/udp", {53, Protocol::Udp}, "53/udp"},
      {"9999/sctp", {9999, Protocol::Sctp}, "9999/sctp"},
      {"8080:80", {80, Protocol::Tcp, 8080}, "8080:80/tcp"},
      {"0:80", {80}, "80/tcp"},
      {"127.0.0.1:8080:80", {80, Protocol::Tcp, 8080}, "8080:80/tcp"},
      {"127.0.0.1::80", {80}, "80/tcp"},
      {"0.0.0.0:8080:80/udp", {80, Protocol::Udp, 8080, "0.0.0.0"}, "0.0.0.0:8080:80/udp"},
      {"0.0.0.0::80", {80, Protocol::Tcp, 0, "0.0.0.0"}, "0.0.0.0::80/tcp"},
      {"[::1]:8080:80/tcp", {80, Protocol::Tcp, 8080, "::1"}, "[::1]:8080:80/tcp"},
      {"[::1]::80", {80, Protocol::Tcp, 0, "::1"}, "[::1]::80/tcp"},
      {"65535:65535", {65535, Protocol::Tcp, 65535}, "65535:65535/tcp"},
  };
  for (const Written& row : table) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(Port::parse(row.text), row.port);
    EXPECT_EQ(row.port.to_string(), row.canonical);
    EXPECT_EQ(Port::parse(row.canonical), row.port);
  }
}

TEST(PortTest, RefusesWhatIsNoPort) {
  const char* const table[] = {"",
                               "0",
                               "65536",
                               "-1",
                               "+80",
                               " 80",
                               "80 ",
                               "http",
                               "80/",
                               "80/icmp",
                               "80/tcp/x",
                               ":80",
                               "80:",
                               "8000-8010:80",
                               "1:2:3",
                               "a:8080:80",
                               "::1:80:80",
                               "[::1:80:80",
                               "[]:80:80",
                               "[127.0.0.1]:80:80",
                               "127.0.0.1:80:80:80",
                               "localhost:80:80",
                               "127.1:80:80",
                               "99999999999999999999",
                               "0x50",
                               "[::1%lo]::80"};
  for (const char* text : table) {
    SCOPED_TRACE(text);
    EXPECT_THROW(static_cast<void>(Port::parse(text)), InvalidArgumentError);
  }
}

TEST(PortTest, NamesTheTextItRefuses) {
  try {
    static_cast<void>(Port::parse("8080:http"));
    FAIL() << "8080:http was taken";
  } catch (const InvalidArgumentError& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_NE(std::string{error.what()}.find("'8080:http'"), std::string::npos);
    EXPECT_NE(std::string{error.what()}.find("'http'"), std::string::npos);
  }
}

TEST(PortTest, IsPublishedOnTheLoopbackAddressUnlessSaidOtherwise) {
  const Port port = 80;
  EXPECT_EQ(port.host_ip, "127.0.0.1");
  EXPECT_EQ(port.host, 0);
}

}  // namespace
}  // namespace drydock

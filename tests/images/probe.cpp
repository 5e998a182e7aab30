// The program of the image drydock-test/probe:1, which benchmarks and tests measure against. One static
// binary.
//
//   probe listen --port N --after-ms M
//       waits M ms, then listens; prints "probe: listening on port N realtime_ns=T monotonic_ns=T" with the
//       moment at which listen() returned, and answers every request with 200 and the two numbers as the body
//   probe check --port N
//       exits with 0 when this port of the container takes a connection, else with 1
//   probe flood --bytes N
//       writes N bytes of 'x' to stdout in large writes
//   probe frames --count N --bytes M
//       writes N pieces of M bytes, in turn to stdout ('o') and stderr ('e')
//   probe exit --code N --after-ms M
//       waits, then exits with this code
//
// CLOCK_MONOTONIC and CLOCK_REALTIME are the host's own, so a reader on the same machine can compare.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

long long nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<long long>(now.tv_sec) * 1'000'000'000LL + now.tv_nsec;
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "probe: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

void sleep_ms(long long milliseconds) {
  timespec left{static_cast<time_t>(milliseconds / 1000),
                static_cast<long>(milliseconds % 1000) * 1'000'000L};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

long long option(int argc, char** argv, const char* name, long long otherwise) {
  for (int i = 2; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) return std::atoll(argv[i + 1]);
  }
  return otherwise;
}

// Answers one connection: reads up to the blank line, writes the answer, closes.
void answer(int connection, const std::string& body) {
  std::string head;
  char buffer[4096];
  while (head.find("\r\n\r\n") == std::string::npos && head.size() < 65536) {
    pollfd ready{connection, POLLIN, 0};
    if (poll(&ready, 1, 1000) <= 0) break;
    const ssize_t got = read(connection, buffer, sizeof buffer);
    if (got <= 0) break;
    head.append(buffer, static_cast<std::size_t>(got));
  }
  if (head.find("\r\n\r\n") != std::string::npos) {
    const std::string text =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\nConnection: close\r\n\r\n" + body;
    (void)!write(connection, text.data(), text.size());
  }
  close(connection);
}

int listen_and_answer(long long port, long long after_ms) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  if (server < 0) fail("socket");
  const int on = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  if (bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  sleep_ms(after_ms);
  if (listen(server, 128) != 0) fail("listen");
  const long long monotonic = nanoseconds(CLOCK_MONOTONIC);
  const long long realtime = nanoseconds(CLOCK_REALTIME);
  const std::string times =
      "realtime_ns=" + std::to_string(realtime) + " monotonic_ns=" + std::to_string(monotonic) + "\n";
  write_all(1, "probe: listening on port " + std::to_string(port) + " " + times);
  for (;;) {
    const int connection = accept(server, nullptr, nullptr);
    if (connection >= 0) answer(connection, times);
  }
}

int check(long long port) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  if (client < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? 0 : 1;
}

int flood(long long bytes) {
  const std::string block(1 << 20, 'x');
  while (bytes > 0) {
    const long long piece = std::min(bytes, static_cast<long long>(block.size()));
    write_all(1, std::string_view{block}.substr(0, static_cast<std::size_t>(piece)));
    bytes -= piece;
  }
  return 0;
}

int frames(long long count, long long bytes) {
  const std::string out(static_cast<std::size_t>(bytes), 'o');
  const std::string err(static_cast<std::size_t>(bytes), 'e');
  for (long long i = 0; i < count; ++i) {
    if (i % 2 == 0) {
      write_all(1, out);
    } else {
      write_all(2, err);
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // PID 1 ignores SIGTERM unless it asks for it, and a client that goes away early is no error.
  signal(SIGTERM, [](int) { _exit(143); });
  signal(SIGINT, [](int) { _exit(130); });
  signal(SIGPIPE, SIG_IGN);
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "listen") {
    return listen_and_answer(option(argc, argv, "--port", 8080), option(argc, argv, "--after-ms", 0));
  }
  if (verb == "check") return check(option(argc, argv, "--port", 8080));
  if (verb == "flood") return flood(option(argc, argv, "--bytes", 1 << 20));
  if (verb == "frames") return frames(option(argc, argv, "--count", 2), option(argc, argv, "--bytes", 1));
  if (verb == "exit") {
    sleep_ms(option(argc, argv, "--after-ms", 0));
    return static_cast<int>(option(argc, argv, "--code", 0));
  }
  std::fprintf(stderr,
               "usage: probe listen|check|flood|frames|exit [--port N] [--after-ms M] [--bytes N] [--count "
               "N] [--code N]\n");
  return 64;
}

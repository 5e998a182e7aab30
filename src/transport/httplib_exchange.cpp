// How cpp-httplib is used: it writes requests and parses the heads of answers, over a stream of our own. Its
// sockets are not used at all, because it hides errno, has no deadline over a whole call (a server that
// trickled a byte per 0.5 s held a call with a read timeout of 1 s for 7 s), raises SIGPIPE, and shuts
// connections down in its destructor, also in a forked child. Bodies are read by BodyDecoder; see there why.
#include "transport/httplib_exchange.h"

// A compiled httplib ignores this; a header-only one of 0.41 or newer would ask "Expect: 100-continue" first.
#ifndef CPPHTTPLIB_EXPECT_100_THRESHOLD
#define CPPHTTPLIB_EXPECT_100_THRESHOLD 0
#endif
#include <exception>
#include <optional>
#include <utility>

#include <httplib.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "transport/body_decoder.h"
#include "transport/call_errors.h"
#include "transport/connection.h"
#include "transport/connection_pool.h"
#include "transport/request_check.h"
#include "transport/socket_connect.h"
#include "transport/socket_duplex.h"

namespace drydock {
namespace {

// A status line longer than this overflows the stack of the std::regex in httplib 0.11.4 (seen at 60 KB).
constexpr std::size_t kLongestStatusLine = 1024;
constexpr std::size_t kLargestHead = std::size_t{64} << 10;

/// What httplib reads and writes through. The member functions are those of every supported version, so they
/// are not marked as overriding.
class HttpStream final : public httplib::Stream {
 public:
  explicit HttpStream(Connection& connection) : connection_(connection) {}

  // NOLINTBEGIN(modernize-use-override)
  ssize_t read(char* bytes, size_t size) {
    return guarded([&]() -> ssize_t {
      connection_.flush();
      if (connection_.buffered().empty() && !connection_.fill()) {
        ended_ = true;
        return 0;
      }
      const std::string_view piece = connection_.buffered().substr(0, size);
      if (!count_head(piece)) {
        return -1;
      }
      piece.copy(bytes, piece.size());
      connection_.consume(piece.size());
      return static_cast<ssize_t>(piece.size());
    });
  }
  ssize_t write(const char* bytes, size_t size) {
    return guarded([&] {
      connection_.write({bytes, size});
      return static_cast<ssize_t>(size);
    });
  }
  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  time_t duration() const { return 0; }
  void get_remote_ip_and_port(std::string&, int&) const {}
  void get_local_ip_and_port(std::string&, int&) const {}
  socket_t socket() const { return INVALID_SOCKET; }
  // NOLINTEND(modernize-use-override)

  /// Throws what stopped httplib, when it was the connection.
  void rethrow() const {
    if (fault_) {
      std::rethrow_exception(fault_);
    }
    if (ended_) {
      throw ConnectionFault{.kind = ConnectionFault::Kind::Closed};
    }
  }
  [[nodiscard]] bool too_large() const noexcept { return too_large_; }
  /// Returns the answer's first bytes, for messages.
  [[nodiscard]] const std::string& beginning() const noexcept { return beginning_; }

 private:
  /// Keeps exceptions from passing through httplib's frames.
  template <typename Action>
  ssize_t guarded(Action action) {
    try {
      return action();
    } catch (const ConnectionFault&) {
      fault_ = std::current_exception();
      return -1;
    }
  }

  /// Counts what httplib takes for the head. A line that it matches against a std::regex must be short: it is
  /// the first one, and any after an interim "100 Continue".
  bool count_head(std::string_view piece) {
    head_size_ += piece.size();
    for (const char c : piece) {
      if (line_ == 0) {
        beginning_.push_back(c);
      }
      ++line_size_;
      too_large_ = too_large_ || (line_size_ > kLongestStatusLine &&
                                  (line_ == 0 || beginning_.starts_with("HTTP/1.1 100")));
      if (c == '\n') {
        ++line_;
        line_size_ = 0;
      }
    }
    too_large_ = too_large_ || head_size_ > kLargestHead;
    return !too_large_;
  }

  Connection& connection_;
  std::exception_ptr fault_{};
  bool ended_{false};
  bool too_large_{false};
  std::size_t head_size_{0};
  std::size_t line_{0};
  std::size_t line_size_{0};
  std::string beginning_{};
};

/// Keeps httplib from encoding targets that are encoded already; the setter's name depends on its version.
template <typename Client>
void leave_targets_alone(Client& client) {
  if constexpr (requires { client.set_path_encode(false); }) {
    client.set_path_encode(false);
  } else {
    client.set_url_encode(false);
  }
}

/// An answer before its body.
struct AnswerHead {
  Response response{};
  bool keeps_alive{false};  ///< whether the engine takes further requests on the connection
};

/// Lends out httplib's request writer and head parser. Made for each call: its mutexes are then nobody's at a
/// fork.
class Messenger final : public httplib::ClientImpl {
 public:
  Messenger() : ClientImpl("localhost") {
    set_decompress(false);
    leave_targets_alone(*this);
  }

  /// Sends the request and returns the head of the answer; its body is still to be read. Null when httplib
  /// stopped: the stream then knows why, or the answer is not HTTP.
  std::optional<AnswerHead> exchange_heads(HttpStream& stream, httplib::Request& request) {
    std::optional<AnswerHead> head;
    request.response_handler = [&](const httplib::Response& answer) {
      head = converted(answer);
      return false;
    };
    httplib::Response answer;
    httplib::Error error = httplib::Error::Success;
    // True only without a body to read (HEAD, 204), where the handler is not called.
    if (process_request(stream, request, answer, false, error)) {
      head = converted(answer);
    }
    return head;
  }

 private:
  static AnswerHead converted(const httplib::Response& answer) {
    AnswerHead head;
    head.response.status = answer.status;
    for (const auto& [name, value] : answer.headers) {
      head.response.headers.push_back({.name = name, .value = value});
    }
    head.keeps_alive = answer.version == "HTTP/1.1" &&
                       !text::contains_ignoring_case(head.response.header("Connection"), "close");
    return head;
  }
};

std::string host_header(const Endpoint& endpoint) {
  // The engine answers 400 "malformed Host header" to a socket's path.
  return endpoint.kind == Endpoint::Kind::Unix
             ? "localhost"
             : endpoint.to_string().substr(std::string_view("tcp://").size());
}

httplib::Request http_request(const Request& request, const std::string& host, bool upgrade) {
  httplib::Request http;
  http.method = to_string(request.method);
  http.path = request.target;
  http.headers.emplace("Host", host);
  http.headers.emplace("User-Agent", "drydock");
  http.headers.emplace("Accept-Encoding", "identity");
  if (upgrade) {
    http.headers.emplace("Connection", "Upgrade");
    http.headers.emplace("Upgrade", "tcp");
  }
  if (!request.content_type.empty()) {
    http.headers.emplace("Content-Type", request.content_type);
  }
  for (const Header& header : request.headers) {
    http.headers.emplace(header.name, header.value);
  }
  if (!request.body.empty()) {
    // Handed out in place: a copy of a large archive would cost more than sending it.
    http.content_length_ = request.body.size();
    http.content_provider_ = [&body = request.body](size_t offset, size_t length, httplib::DataSink& sink) {
      return sink.write(body.data() + offset, length);
    };
  }
  return http;
}

/// Whether the engine gave the connection away: with 101, or with the raw stream after an unframed 200, which
/// is how the engine answers when the Upgrade header got lost on the way (Engine API, ContainerAttach:
/// "Hijacking").
bool switched(const Response& head, const BodyFraming& framing) {
  return head.status == 101 ||
         (head.status == 200 && framing.kind == BodyFraming::Kind::UntilClose &&
          text::contains_ignoring_case(head.header("Content-Type"), "application/vnd.docker."));
}

}  // namespace

class HttplibExchange::Impl {
 public:
  Impl(Endpoint endpoint, Options options)
      : endpoint_(std::move(endpoint)),
        host_(host_header(endpoint_)),
        pool_(options.idle_connections, options.idle_limit) {}

  enum class Mode { Whole, Stream, Upgrade };

  Upgraded call(const Request& request, Mode mode, const BodySink& sink, Deadline deadline) {
    check_request(request);
    std::unique_ptr<Connection> connection = mode == Mode::Upgrade ? nullptr : pool_.take();
    if (connection) {
      try {
        return attempt(connection, request, mode, sink, deadline);
      } catch (const ConnectionFault& fault) {
        if (!may_repeat(fault, *connection, request)) {
          raise_fault(request, endpoint_, fault, *connection);
        }
      }
    }
    connection = connect(request, deadline);
    try {
      return attempt(connection, request, mode, sink, deadline);
    } catch (const ConnectionFault& fault) {
      raise_fault(request, endpoint_, fault, *connection);
    }
  }

 private:
  std::unique_ptr<Connection> connect(const Request& request, Deadline deadline) {
    ConnectOutcome outcome = connect_socket(endpoint_, deadline);
    if (outcome.socket.valid()) {
      return std::make_unique<Connection>(std::move(outcome.socket));
    }
    raise_not_connected(request, endpoint_, outcome);
  }

  Upgraded attempt(std::unique_ptr<Connection>& connection, const Request& request, Mode mode,
                   const BodySink& sink, Deadline deadline) {
    connection->begin(deadline);
    HttpStream stream(*connection);
    AnswerHead head = read_head(*connection, stream, request, mode);
    const BodyFraming framing = framing_of(request, head.response, mode);
    Upgraded result{.response = std::move(head.response), .stream = nullptr};
    if (mode == Mode::Upgrade && switched(result.response, framing)) {
      std::string early(connection->buffered());
      result.stream = std::make_unique<SocketDuplex>(connection->release(), std::move(early));
      return result;
    }
    const int status = result.response.status;
    const bool to_sink = mode == Mode::Stream && status >= 200 && status < 300;
    const bool whole =
        read_body(*connection, framing, request, to_sink ? sink : kept_in(result.response.body, request));
    if (whole && head.keeps_alive && framing.kind != BodyFraming::Kind::UntilClose &&
        connection->wrote_all() && connection->buffered().empty()) {
      pool_.put(std::move(connection));
    }
    return result;
  }

  AnswerHead read_head(Connection& connection, HttpStream& stream, const Request& request, Mode mode) const {
    httplib::Request http = http_request(request, host_, mode == Mode::Upgrade);
    std::optional<AnswerHead> head = Messenger().exchange_heads(stream, http);
    if (head) {
      return std::move(*head);
    }
    stream.rethrow();
    if (stream.too_large()) {
      raise_unusable(request, "the head of the answer is too large: " +
                                  std::to_string(connection.received()) + " bytes and no end");
    }
    raise_unusable(
        request, "the answer is not HTTP; it begins with '" + text::printable(stream.beginning(), 80) + "'");
  }

  static BodyFraming framing_of(const Request& request, const Response& head, Mode mode) {
    if (head.status < 200 && !(head.status == 101 && mode == Mode::Upgrade)) {
      raise_unusable(request, "the engine answered with the status " + std::to_string(head.status) +
                                  ", which nobody asked for");
    }
    try {
      return body_framing(request.method, head);
    } catch (const ProtocolError& error) {
      raise_unusable(request, error.what());
    }
  }

  /// Returns whether the body was read to its end.
  static bool read_body(Connection& connection, const BodyFraming& framing, const Request& request,
                        const BodySink& sink) {
    BodyDecoder decoder(framing);
    while (decoder.state() == BodyDecoder::State::More) {
      if (connection.buffered().empty() && !connection.fill()) {
        if (!decoder.may_end_here()) {
          throw ConnectionFault{.kind = ConnectionFault::Kind::Closed};
        }
        return true;
      }
      std::string_view bytes = connection.buffered();
      const std::size_t before = bytes.size();
      if (decoder.feed(bytes, sink) == BodyDecoder::State::Malformed) {
        raise_unusable(request, decoder.fault());
      }
      connection.consume(before - bytes.size());
    }
    return decoder.state() == BodyDecoder::State::Done;
  }

  static BodySink kept_in(std::string& body, const Request& request) {
    return [&body, &request](std::string_view piece) {
      if (piece.size() > request.response_limit - body.size()) {
        raise_unusable(request,
                       "the answer's body is larger than its limit of " +
                           std::to_string(request.response_limit) + " bytes",
                       ErrorCode::ResponseTooLarge);
      }
      body.append(piece);
      return true;
    };
  }

  /// A kept connection that the engine closed just before it was used again. Only what surely did not take
  /// effect twice is repeated.
  static bool may_repeat(const ConnectionFault& fault, const Connection& connection, const Request& request) {
    return fault.kind != ConnectionFault::Kind::TimedOut && connection.received() == 0 &&
           (connection.sent() == 0 || request.method == Method::Get || request.method == Method::Head);
  }

  const Endpoint endpoint_;
  const std::string host_;
  ConnectionPool pool_;
};

HttplibExchange::HttplibExchange(Endpoint endpoint) : HttplibExchange(std::move(endpoint), Options{}) {}

HttplibExchange::HttplibExchange(Endpoint endpoint, Options options)
    : impl_(std::make_unique<Impl>(std::move(endpoint), options)) {}

HttplibExchange::~HttplibExchange() = default;

Response HttplibExchange::send(const Request& request, Deadline deadline) {
  return impl_->call(request, Impl::Mode::Whole, {}, deadline).response;
}

Response HttplibExchange::stream(const Request& request, const BodySink& sink, Deadline deadline) {
  return impl_->call(request, Impl::Mode::Stream, sink, deadline).response;
}

Upgraded HttplibExchange::upgrade(const Request& request, Deadline deadline) {
  return impl_->call(request, Impl::Mode::Upgrade, {}, deadline);
}

}  // namespace drydock

#include "transport/request_check.h"

#include <algorithm>
#include <array>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::array<std::string_view, 6> kWrittenByExchange{
    "Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding", "Upgrade"};

[[noreturn]] void refuse(const Request& request, const std::string& why) {
  throw InvalidArgumentError("the request '" + request.operation + "' cannot be sent: " + why,
                             {.operation = request.operation, .resource = request.resource});
}

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_target_character(char c) {
  return c > ' ' && c < '\x7f';
}

void check_header(const Request& request, const Header& header) {
  if (header.name.empty() || !std::all_of(header.name.begin(), header.name.end(), is_token_character)) {
    refuse(request, "'" + text::printable(header.name) + "' is not a header's name");
  }
  if (text::has_control(header.value)) {
    // The value is not quoted: it may be a credential.
    refuse(request, "the value of the header '" + header.name + "' holds control characters");
  }
  for (const std::string_view written : kWrittenByExchange) {
    if (text::equals_ignoring_case(header.name, written)) {
      refuse(request, "the header '" + header.name + "' is written by the exchange itself");
    }
  }
}

}  // namespace

void check_request(const Request& request) {
  if (!request.target.starts_with('/')) {
    refuse(request, "its target '" + text::printable(request.target) + "' does not begin with '/'");
  }
  if (!std::all_of(request.target.begin(), request.target.end(), is_target_character)) {
    refuse(request, "its target '" + text::printable(request.target) + "' is not percent-encoded");
  }
  if (text::has_control(request.content_type)) {
    refuse(request, "its content type holds control characters");
  }
  for (const Header& header : request.headers) {
    check_header(request, header);
  }
}

}  // namespace drydock

#include "drydock/transport/exchange.h"

#include "base/text.h"

namespace drydock {

const char* to_string(Method method) noexcept {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Delete:
      return "DELETE";
  }
  return "?";
}

std::string_view Response::header(std::string_view name) const noexcept {
  for (const Header& header : headers) {
    if (text::equals_ignoring_case(header.name, name)) {
      return header.value;
    }
  }
  return {};
}

}  // namespace drydock

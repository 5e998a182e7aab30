#include "cli/wait_argument.h"

#include <limits>
#include <string>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "cli/number.h"
#include "cli/words.h"

namespace drydock::cli {
namespace {

constexpr long long kLastPort = std::numeric_limits<std::uint16_t>::max();
constexpr long long kMostLines = 1'000'000;
constexpr long long kLastExitCode = 255;

// A condition's text in its parts: "http:8080/x" is of kind "http", and its value is "8080/x".
struct Argument {
  std::string_view text{}, kind{}, value{};
  bool has_value{false};
};

[[noreturn]] void fail(const Argument& argument, const std::string& why) {
  throw InvalidArgumentError(fmt::format(
      "--wait is '{}': {}; write one of log:TEXT, log*TIMES:TEXT, port:8080, http:8080/path, healthy, "
      "exec:COMMAND, exited",
      text::printable(argument.text), why));
}

std::uint16_t port_of(const Argument& argument, std::string_view digits) {
  const auto port = parse_number(digits, 1, kLastPort);
  if (!port) {
    fail(argument, fmt::format("the port '{}' is not a number from 1 to 65535", text::printable(digits)));
  }
  return static_cast<std::uint16_t>(*port);
}

void require_none(const Argument& argument) {
  if (argument.has_value) {
    fail(argument, fmt::format("'{}' takes no value", argument.kind));
  }
}

wait::Condition parse_log(const Argument& argument) {
  wait::LogLine line{.contains = std::string{argument.value}};
  if (line.contains.empty()) {
    fail(argument, "the text that the line is to contain is missing");
  }
  if (const std::size_t star = argument.kind.find('*'); star != std::string_view::npos) {
    const auto times = parse_number(argument.kind.substr(star + 1), 1, kMostLines);
    if (!times) {
      fail(argument, fmt::format("'{}' is not a number of lines", argument.kind.substr(star + 1)));
    }
    line.times = static_cast<int>(*times);
  }
  return line;
}

wait::Condition parse_port(const Argument& argument) {
  return wait::PortOpen{.port = argument.has_value ? port_of(argument, argument.value) : std::uint16_t{0}};
}

wait::Condition parse_http(const Argument& argument) {
  wait::HttpOk http;
  const std::size_t slash = argument.value.find('/');
  const std::string_view port = argument.value.substr(0, slash);
  if (!port.empty()) {
    http.port = port_of(argument, port);
  } else if (argument.has_value && slash == std::string_view::npos) {
    fail(argument, "the port, or the path, is missing");
  }
  if (slash != std::string_view::npos) {
    http.path = argument.value.substr(slash);
    if (http.path.starts_with("//")) {
      fail(argument, "it is a URL; the container's port and the path are all that can be chosen");
    }
  }
  return http;
}

wait::Condition parse_exited(const Argument& argument) {
  const auto code = argument.has_value ? parse_number(argument.value, 0, kLastExitCode) : 0;
  if (!code) {
    fail(argument, fmt::format("'{}' is not an exit code from 0 to 255", text::printable(argument.value)));
  }
  return wait::Exited{.code = static_cast<int>(*code)};
}

}  // namespace

wait::Condition parse_wait(std::string_view text) {
  const std::size_t colon = text.find(':');
  Argument argument{
      .text = text, .kind = text.substr(0, colon), .has_value = colon != std::string_view::npos};
  if (argument.has_value) {
    argument.value = text.substr(colon + 1);
  }
  if (argument.kind == "log" || argument.kind.starts_with("log*")) {
    return parse_log(argument);
  }
  if (argument.kind == "port") {
    return parse_port(argument);
  }
  if (argument.kind == "http") {
    return parse_http(argument);
  }
  if (argument.kind == "exec") {
    return wait::ExecSucceeds{.argv = split_words(argument.value, "the command of --wait exec")};
  }
  if (argument.kind == "healthy") {
    require_none(argument);
    return wait::Healthy{};
  }
  if (argument.kind == "exited") {
    return parse_exited(argument);
  }
  fail(argument, fmt::format("'{}' is no kind of condition", text::printable(argument.kind)));
}

}  // namespace drydock::cli

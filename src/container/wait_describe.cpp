// Readiness conditions in words, for messages: "log line containing 'Ready'".
#include <string>
#include <vector>

#include "drydock/container/wait.h"

#include "base/redaction.h"
#include "base/text.h"
#include "container/wait_kinds.h"

namespace drydock::wait {
namespace {

std::string quote(const std::string& value) {
  return "'" + text::printable(value) + "'";
}

std::string words(const Started&) {
  return "container started";
}

std::string words(const LogLine& line) {
  std::string out = line.times == 1 ? "log line" : std::to_string(line.times) + " log lines";
  if (!line.contains.empty()) {
    out += " containing " + quote(line.contains);
  }
  if (!line.matches.empty()) {
    out += (line.contains.empty() ? " matching " : " and matching ") + quote(line.matches);
  }
  return out;
}

std::string words(const PortOpen& open) {
  return open.port == 0 ? "every published TCP port open" : "port " + std::to_string(open.port) + " open";
}

std::string words(const HttpOk& http) {
  std::string out = "HTTP " + text::printable(http.method) + ' ' + quote(http.path);
  if (http.port != 0) {
    out += " on port " + std::to_string(http.port);
  }
  out += " answered ";
  for (const int& status : http.statuses) {
    out += (&status == &http.statuses.front() ? "" : " or ") + std::to_string(status);
  }
  if (!http.body_contains.empty()) {
    out += " with a body containing " + quote(http.body_contains);
  }
  return out;
}

std::string words(const Healthy&) {
  return "healthcheck healthy";
}

std::string words(const ExecSucceeds& exec) {
  return "command " + quote(text::shell_join(redacted(exec.argv))) + " succeeding";
}

std::string words(const Exited& exited) {
  return "exit with code " + std::to_string(exited.code);
}

std::string words(const Custom& custom) {
  return "custom condition " + quote(custom.name);
}

std::string words(const AnyOf& any) {
  std::vector<std::string> parts;
  parts.reserve(any.conditions.size());
  for (const Condition& condition : any.conditions) {
    parts.push_back(describe(condition));
  }
  return "any of (" + text::join(parts, "; ") + ")";
}

}  // namespace

std::string describe(const Condition& condition) {
  return visit([](const auto& kind) { return words(kind); }, condition);
}

}  // namespace drydock::wait

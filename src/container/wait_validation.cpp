// What is wrong with a spec's readiness conditions: what could never be met, and what nobody meant.
#include <algorithm>
#include <array>
#include <regex.h>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "container/spec_faults.h"
#include "container/tool.h"
#include "container/wait_kinds.h"

namespace drydock {
namespace {

bool is_tcp(const Port& port) {
  return port.protocol == Protocol::Tcp;
}

bool publishes(const ContainerSpec& spec, std::uint16_t container_port) {
  return std::any_of(spec.ports.begin(), spec.ports.end(), [container_port](const Port& port) {
    return is_tcp(port) && port.container == container_port;
  });
}

void check_published(const ContainerSpec& spec, std::uint16_t port, const std::string& what, Faults& faults) {
  if (port != 0 && !publishes(spec, port)) {
    faults.push_back(fmt::format("{} waits for the port '{}/tcp', which is not published; {}", what, port,
                                 advice("add it to ports", "publish it by -p")));
  }
}

// Returns why `pattern` is no POSIX extended regular expression; empty when it is one.
std::string fault_of_pattern(const std::string& pattern) {
  regex_t compiled{};
  const int code = ::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB);
  if (code == 0) {
    ::regfree(&compiled);
    return {};
  }
  std::array<char, 128> reason{};
  ::regerror(code, &compiled, reason.data(), reason.size());
  return reason.data();
}

// Checks one condition and those inside it. `what` names it in messages.
class ConditionCheck {
 public:
  ConditionCheck(const ContainerSpec& spec, const std::string& what, Faults& faults)
      : spec_(spec), what_(what), faults_(faults) {}

  void operator()(const wait::Started&) const {}

  void operator()(const wait::LogLine& line) const {
    if (line.contains.empty() && line.matches.empty()) {
      fault("has neither contains nor matches, and would be met by any line; set one");
    }
    if (line.times < 1) {
      fault(fmt::format("has times '{}'; ask for at least 1", line.times));
    }
    if (text::has_control(line.contains) && line.contains.find('\n') != std::string::npos) {
      fault(
          fmt::format("looks for {}, which spans lines; look for a part of one line", quote(line.contains)));
    }
    check_text(what_ + " pattern", line.matches, faults_);
    if (const std::string why = fault_of_pattern(line.matches); !line.matches.empty() && !why.empty()) {
      fault(fmt::format("has the pattern {}, which is no POSIX extended regular expression: {}",
                        quote(line.matches), why));
    }
  }

  void operator()(const wait::PortOpen& open) const {
    check_published(spec_, open.port, what_, faults_);
    if (open.port == 0 && std::none_of(spec_.ports.begin(), spec_.ports.end(), is_tcp)) {
      fault(fmt::format("waits for every published TCP port, and there is none; {}",
                        advice("add one to ports", "publish one by -p")));
    }
  }

  void operator()(const wait::HttpOk& http) const {
    check_published(spec_, http.port, what_, faults_);
    if (http.port == 0 && std::count_if(spec_.ports.begin(), spec_.ports.end(), is_tcp) != 1) {
      fault(fmt::format("names no port, and not exactly one TCP port is published; {}",
                        advice("set port", "name it, as in http:8080/path")));
    }
    if (http.path.empty() || http.path.front() != '/' || text::has_control(http.path) ||
        http.path.find(' ') != std::string::npos) {
      fault(fmt::format("has the path {}; begin it with '/' and percent-encode spaces", quote(http.path)));
    }
    if (!made_of_letters_digits_and("-_", http.method)) {
      fault(fmt::format("has the method {}; write one such as 'GET'", quote(http.method)));
    }
    if (http.statuses.empty()) {
      fault("accepts no status; list at least one");
    }
    for (const int status : http.statuses) {
      if (status < 100 || status > 599) {
        fault(fmt::format("accepts the status '{}', which is not from 100 to 599", status));
      }
    }
    for (const auto& [name, value] : http.headers) {
      if (!made_of_letters_digits_and("!#$%&'*+-.^_`|~", name) || text::has_control(value)) {
        fault(
            fmt::format("has the header {}, which is no header name or has a control character in its value",
                        quote(name)));
      }
    }
  }

  void operator()(const wait::Healthy&) const {
    if (spec_.healthcheck.disable) {
      fault("waits for a healthcheck that the spec disables; keep one");
    }
  }

  void operator()(const wait::ExecSucceeds& exec) const {
    if (exec.argv.empty() || exec.argv.front().empty()) {
      fault("has no command; set argv");
    }
    for (const std::string& argument : exec.argv) {
      check_text(what_ + " argument", argument, faults_);
    }
    check_interval(exec.interval);
  }

  void operator()(const wait::Exited& exited) const {
    if (exited.code < 0 || exited.code > 255) {
      fault(fmt::format("waits for the exit code '{}', which is not from 0 to 255", exited.code));
    }
    if (spec_.restart != RestartPolicy::No) {
      fault("waits for an end that the restart policy undoes; take RestartPolicy::No");
    }
  }

  void operator()(const wait::Custom& custom) const {
    if (!custom.ready) {
      fault(fmt::format("{} has no function; set ready", quote(custom.name)));
    }
    check_interval(custom.interval);
  }

  void operator()(const wait::AnyOf& any) const {
    if (any.conditions.empty()) {
      fault("has no conditions and can never be met; list at least one");
    }
    for (const wait::Condition& condition : any.conditions) {
      wait::visit(*this, condition);
    }
  }

 private:
  void fault(const std::string& clause) const { faults_.push_back(what_ + ' ' + clause); }

  void check_interval(std::chrono::milliseconds interval) const {
    if (interval.count() < 0) {
      fault(fmt::format("has the interval '{}', which is negative", interval.count()));
    }
  }

  const ContainerSpec& spec_;
  const std::string& what_;
  Faults& faults_;
};

}  // namespace

void check_waits(const ContainerSpec& spec, Faults& faults) {
  for (std::size_t i = 0; i < spec.ready.size(); ++i) {
    const wait::Condition& condition = spec.ready[i];
    const std::string what =
        fmt::format("{}[{}] ({})", advice("ready", "--wait"), i, wait::describe(condition));
    wait::visit(ConditionCheck{spec, what, faults}, condition);
    if (condition.get_if<wait::Exited>() != nullptr && i + 1 < spec.ready.size()) {
      faults.push_back(what + " ends the container, and conditions follow it; put it last");
    }
  }
}

}  // namespace drydock

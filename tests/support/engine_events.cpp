#include "support/engine_events.h"

#include <memory>

#include <fmt/format.h>

#include "base/text.h"
#include "docker/engine_link.h"
#include "docker/json.h"
#include "transport/httplib_exchange.h"

namespace drydock {
namespace {

std::string seconds(std::chrono::system_clock::time_point point) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::nanoseconds>(point.time_since_epoch()).count();
  return fmt::format("{}.{:09}", since_epoch / 1'000'000'000, since_epoch % 1'000'000'000);
}

}  // namespace

std::vector<std::string> container_events(const std::string& action, const std::string& label,
                                          std::chrono::system_clock::time_point since) {
  const Endpoint endpoint = Client::from_environment().endpoint();
  EngineLink link{std::make_shared<HttplibExchange>(endpoint), endpoint, {}};
  const Response answer =
      link.call(Call(Method::Get, "events")
                    .path("events")
                    .query("since", seconds(since))
                    .query("until", seconds(std::chrono::system_clock::now()))
                    .filters({{"type", {"container"}}, {"event", {action}}, {"label", {label}}}),
                {});
  std::vector<std::string> ids;
  for (const std::string& line : text::split(answer.body, '\n')) {
    if (!text::trim(line).empty()) {
      ids.push_back(parse_json(line, "an event")["Actor"]["ID"].string());
    }
  }
  return ids;
}

}  // namespace drydock

// Containers: what only looks.
#include <fmt/format.h>

#include "drydock/docker/containers.h"

#include "docker/container_json.h"
#include "docker/engine_error.h"
#include "docker/engine_link.h"

namespace drydock {
namespace {

Call inspect_call(const std::string& container) {
  return Call(Method::Get, "container inspect", container).path("containers").path(container).path("json");
}

ContainerDetails read_details(Response response) {
  const Json json = parse_object(response.body, "the answer to container inspect");
  return read_container_details(json, std::move(response.body));
}

FileChange read_change(const Json& row) {
  const std::int64_t kind = row["Kind"].integer();
  return {.path = row["Path"].string(),
          .kind = kind == 1 ? ChangeKind::Added : (kind == 2 ? ChangeKind::Deleted : ChangeKind::Modified)};
}

}  // namespace

ContainerDetails Containers::inspect(const std::string& container, Deadline deadline) const {
  return read_details(link_->call(inspect_call(container), deadline));
}

std::optional<ContainerDetails> Containers::find(const std::string& container, Deadline deadline) const {
  Response response = link_->call(inspect_call(container), deadline, {404});
  if (response.status == 404) {
    return std::nullopt;
  }
  return read_details(std::move(response));
}

std::vector<ContainerSummary> Containers::list(const ContainerFilter& filter, Deadline deadline) const {
  Call call = Call(Method::Get, "container list").path("containers").path("json");
  call.query("all", filter.all ? "1" : "0");
  call.filters({{"label", filter.labels},
                {"name", filter.names},
                {"status", filter.statuses},
                {"network", filter.networks}});
  const Json json = link_->call_list(call, deadline);
  std::vector<ContainerSummary> rows;
  for (const Json& row : json.array()) {
    rows.push_back(read_container_summary(row));
  }
  return rows;
}

std::vector<FileChange> Containers::changes(const std::string& container, Deadline deadline) const {
  const Call call =
      Call(Method::Get, "container changes", container).path("containers").path(container).path("changes");
  const Json json = link_->call_list(call, deadline);
  std::vector<FileChange> changes;
  for (const Json& row : json.array()) {  // null when there are none
    changes.push_back(read_change(row));
  }
  return changes;
}

std::string Containers::get_archive(const std::string& container, const std::string& path, std::size_t limit,
                                    Deadline deadline) const {
  Call call = Call(Method::Get, "container get archive", container)
                  .path("containers")
                  .path(container)
                  .path("archive");
  return std::move(link_->call(call.query("path", path).limit(limit), deadline).body);
}

ProcessTable Containers::top(const std::string& container, const std::string& ps_args,
                             Deadline deadline) const {
  Call call = Call(Method::Get, "container top", container).path("containers").path(container).path("top");
  Response response = link_->call(call.query("ps_args", ps_args), deadline);
  if (response.body.empty()) {
    // So Podman says what Docker says with 409.
    response = {.status = 409, .body = fmt::format("container {} is not running", call.resource)};
    throw make_engine_error(call, response);
  }
  return read_process_table(parse_object(response.body, "the answer to container top"));
}

ContainerStats Containers::stats(const std::string& container, Deadline deadline) const {
  Call call =
      Call(Method::Get, "container stats", container).path("containers").path(container).path("stats");
  call.query("stream", "false").query("one-shot", "true");
  Response response = link_->call(call, deadline);
  const Json json = parse_object(response.body, "the answer to container stats");
  return read_container_stats(json, std::move(response.body));
}

}  // namespace drydock

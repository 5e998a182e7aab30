#include "drydock/docker/images.h"

#include <fmt/format.h>

#include "docker/engine_error.h"
#include "docker/engine_link.h"
#include "docker/pull_stream.h"

namespace drydock {
namespace {

Call inspect_call(const std::string& reference) {
  return Call(Method::Get, "image inspect", reference).path("images").path(reference).path("json");
}

ImageDetails read_details(const Json& json, std::string text) {
  const Json& config = json["Config"];
  ImageDetails details{.id = json["Id"].string(),
                       .tags = json["RepoTags"].string_list(),
                       .digests = json["RepoDigests"].string_list(),
                       .os = json["Os"].string(),
                       .architecture = json["Architecture"].string(),
                       .created = json["Created"].string(),
                       .size_bytes = json["Size"].integer(),
                       .command = config["Cmd"].string_list(),
                       .entrypoint = config["Entrypoint"].string_list(),
                       .env = config["Env"].string_list(),
                       .user = config["User"].string(),
                       .working_dir = config["WorkingDir"].string(),
                       .labels = config["Labels"].string_map(),
                       .last_tagged = json["Metadata"]["LastTagTime"].string(),
                       .json = std::move(text)};
  for (const auto& [port, unused] : config["ExposedPorts"].object()) {
    details.exposed_ports.push_back(port);
  }
  // A Dockerfile's `HEALTHCHECK NONE` is a test of its own.
  const std::vector<std::string> test = config["Healthcheck"]["Test"].string_list();
  details.has_healthcheck = !test.empty() && test.front() != "NONE";
  return details;
}

ImageDetails read_details(Response response) {
  const Json json = parse_object(response.body, "the answer to image inspect");
  return read_details(json, std::move(response.body));
}

ImageSummary read_summary(const Json& json) {
  return {.id = json["Id"].string(),
          .tags = json["RepoTags"].string_list(),
          .digests = json["RepoDigests"].string_list(),
          .size_bytes = json["Size"].integer(),
          .created = json["Created"].integer(),
          .labels = json["Labels"].string_map()};
}

Call pull_call(const std::string& reference, const PullOptions& options) {
  const ImageReference parsed = ImageReference::parse(reference);
  Call call = Call(Method::Post, "image pull", reference).path("images").path("create");
  call.query("fromImage", parsed.name());
  call.query("tag", parsed.digest.empty() ? parsed.tag : parsed.digest);
  if (!options.platform.empty()) {
    call.query("platform", options.platform);
  }
  return call;
}

}  // namespace

ImageDetails Images::inspect(const std::string& reference, Deadline deadline) const {
  return read_details(link_->call(inspect_call(reference), deadline));
}

std::optional<ImageDetails> Images::find(const std::string& reference, Deadline deadline) const {
  Response response = link_->call(inspect_call(reference), deadline, {404});
  if (response.status == 404) {
    return std::nullopt;
  }
  return read_details(std::move(response));
}

std::vector<ImageSummary> Images::list(const std::vector<std::string>& labels, const std::string& reference,
                                       Deadline deadline) const {
  Call call = Call(Method::Get, "image list").path("images").path("json");
  std::vector<std::string> references;
  if (!reference.empty()) {
    references.push_back(reference);
  }
  const Json json = link_->call_list(call.filters({{"label", labels}, {"reference", references}}), deadline);
  std::vector<ImageSummary> images;
  for (const Json& row : json.array()) {
    images.push_back(read_summary(row));
  }
  return images;
}

void Images::pull(const std::string& reference, const PullOptions& options, Deadline deadline) const {
  const Call call = pull_call(reference, options);
  const Deadline limit = deadline.or_in(link_->options().pull_timeout);
  PullStream stream{options.on_progress};
  link_->stream(
      call, [&stream](std::string_view piece) { return stream.feed(piece); }, limit);
  if (!stream.finish()) {
    throw make_pull_error(call, stream.error());
  }
  // An engine that was killed in mid-pull ends the stream cleanly: only the image proves the pull.
  if (!find(reference, limit)) {
    throw EngineError(
        ErrorCode::PullFailed,
        fmt::format("image pull '{}': the progress stream ended without an error, but the image "
                    "is not there; try again",
                    reference),
        {.operation = call.operation, .resource = call.resource, .retryable = true});
  }
}

void Images::tag(const std::string& reference, const std::string& new_reference, Deadline deadline) const {
  const ImageReference parsed = ImageReference::parse(new_reference);
  Call call = Call(Method::Post, "image tag", reference).path("images").path(reference).path("tag");
  if (!parsed.digest.empty()) {
    throw InvalidArgumentError(fmt::format("image tag '{}': the new reference '{}' has a digest; give a tag",
                                           reference, new_reference),
                               {.operation = call.operation, .resource = call.resource});
  }
  link_->call(call.query("repo", parsed.name()).query("tag", parsed.tag), deadline);
}

std::string Images::commit(const std::string& container, const CommitOptions& options,
                           Deadline deadline) const {
  Call call = Call(Method::Post, "image commit", container).path("commit").query("container", container);
  if (!options.reference.empty()) {
    const ImageReference parsed = ImageReference::parse(options.reference);
    call.query("repo", parsed.name()).query("tag", parsed.tag);
  }
  if (!options.comment.empty()) {
    call.query("comment", options.comment);
  }
  if (!options.author.empty()) {
    call.query("author", options.author);
  }
  for (const std::string& change : options.changes) {
    call.query("changes", change);
  }
  const Json json = link_->call_object(call.query("pause", options.pause ? "1" : "0"), deadline);
  std::string id = json["Id"].string();
  if (id.empty()) {
    throw ProtocolError(fmt::format("image commit '{}': the engine's answer holds no id", call.resource),
                        {.operation = call.operation, .resource = call.resource});
  }
  return id;
}

void Images::load(std::string tar, Deadline deadline) const {
  Call call = Call(Method::Post, "image load").path("images").path("load").query("quiet", "1");
  PullStream stream{nullptr};
  link_->stream(
      call.body(std::move(tar), "application/x-tar"),
      [&stream](std::string_view piece) { return stream.feed(piece); }, deadline);
  if (!stream.finish()) {
    throw EngineError(ErrorCode::ServerError,
                      fmt::format("image load: the engine refused the archive: {}", stream.error()),
                      {.operation = call.operation});
  }
}

bool Images::remove(const std::string& reference, bool force, Deadline deadline) const {
  Call call = Call(Method::Delete, "image remove", reference).path("images").path(reference);
  return link_->call(call.query("force", force ? "1" : "0"), deadline, {404}).status != 404;
}

}  // namespace drydock

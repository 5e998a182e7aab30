#include "support/fake_engine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "docker/json.h"

namespace drydock {
namespace {

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view key) {
  for (const std::string& pair : text::split(query, '&')) {
    if (pair.starts_with(std::string{key} + "=")) {
      return percent_decode(std::string_view{pair}.substr(key.size() + 1));
    }
  }
  return {};
}

Response json_answer(int status, const Json& json) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json.dump()};
}

Response refusal(int status, const std::string& message) {
  Json json;
  json.set("message") = message;
  return json_answer(status, json);
}

bool is_id(std::string_view segment) {
  return segment.size() == 64;
}

}  // namespace

// A request taken apart: "POST /v1.41/containers/create?name=x" has segments {"containers", "create"}.
struct FakeEngine::Call {
  explicit Call(const Request& request) : method(to_string(request.method)), body(request.body) {
    std::string_view target = request.target;
    if (const std::size_t mark = target.find('?'); mark != std::string_view::npos) {
      query = target.substr(mark + 1);
      target = target.substr(0, mark);
    }
    segments = text::split(target.substr(1), '/');
    if (segments.size() > 1 && segments[0].starts_with("v1.")) {
      segments.erase(segments.begin());
    }
    line = method;
    line += ' ';
    for (const std::string& segment : segments) {
      line += '/';
      line += is_id(segment) ? "ID" : segment;
    }
    if (method == "DELETE" && !query.empty()) {
      line += "?" + query;
    }
  }

  [[nodiscard]] bool is(std::string_view verb, std::string_view last) const {
    return method == verb && segments.back() == last;
  }

  std::string method, query, body, line;
  std::vector<std::string> segments;
};

void FakeEngine::fail(std::string line, Fault fault) {
  const std::lock_guard lock{mutex_};
  faults_.emplace_back(std::move(line), std::move(fault));
}

void FakeEngine::refuse(std::string line, int status, std::string message) {
  fail(std::move(line), {.kind = Fault::Kind::Refuse, .status = status, .message = std::move(message)});
}

std::vector<std::string> FakeEngine::lines() const {
  const std::lock_guard lock{mutex_};
  return lines_;
}

void FakeEngine::clear_lines() {
  const std::lock_guard lock{mutex_};
  lines_.clear();
}

std::map<std::string, FakeEngine::Object> FakeEngine::objects(const std::string& kind) const {
  const std::lock_guard lock{mutex_};
  const auto found = objects_.find(kind);
  return found == objects_.end() ? std::map<std::string, Object>{} : found->second;
}

std::size_t FakeEngine::count() const {
  return objects("containers").size() + objects("networks").size() + objects("volumes").size();
}

std::string FakeEngine::put(const std::string& kind, Object object) {
  const std::lock_guard lock{mutex_};
  std::string id = kind == "volumes" ? object.name : fmt::format("{:064x}", ++next_id_);
  objects_[kind][id] = std::move(object);
  return id;
}

Response FakeEngine::send(const Request& request, Deadline /*deadline*/) {
  const Call call{request};
  if (call.segments.front() == "_ping") {
    return {.status = 200, .headers = {{"Api-Version", "1.41"}}, .body = "OK"};
  }
  if (on_request) {
    on_request(call.line);
  }
  const std::lock_guard lock{mutex_};
  lines_.push_back(call.line);
  const auto fault = std::find_if(faults_.begin(), faults_.end(),
                                  [&](const auto& entry) { return call.line.starts_with(entry.first); });
  if (fault == faults_.end()) {
    return perform(call);
  }
  const Fault injected = fault->second;
  faults_.erase(fault);
  switch (injected.kind) {
    case Fault::Kind::Refuse:
      return refusal(injected.status, injected.message);
    case Fault::Kind::LoseAnswer:
      perform(call);
      throw ConnectionError(injected.message, true);
    case Fault::Kind::LateAnswer:
      perform(call);
      throw TimeoutError(injected.message);
    case Fault::Kind::LostLate:
      late_effect_ = [this, call] { perform(call); };
      lookups_until_effect_ = injected.late_lookups;
      throw ConnectionError(injected.message, true);
    case Fault::Kind::NotSent:
      break;
  }
  throw ConnectionError(injected.message, false);
}

Response FakeEngine::stream(const Request& request, const BodySink& sink, Deadline deadline) {
  Response response = send(request, deadline);
  if (response.status < 300) {
    sink(response.body);
    response.body.clear();
  }
  return response;
}

Upgraded FakeEngine::upgrade(const Request& request, Deadline deadline) {
  return {.response = send(request, deadline)};
}

Response FakeEngine::perform(const Call& call) {
  if (call.line == "GET /version") {
    Json component;
    component.set("Name") = platform;
    Json json;
    json.set("Version") = version;
    json.set("Components") = Json::Array{component};
    return json_answer(200, json);
  }
  if (call.line == "GET /info") {
    return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = info_json};
  }
  if (call.is("POST", "create")) {
    return create(call);
  }
  const bool is_image_list = call.segments == std::vector<std::string>{"images", "json"};
  if (call.segments[0] == "images" && call.method == "GET" && !is_image_list) {
    return has_image ? inspect_image() : refusal(404, "No such image");
  }
  if (call.is("GET", "json") && call.segments.size() == 2) {
    return list(call);
  }
  if (call.method == "GET" && call.segments.size() == 1) {
    return list(call);
  }
  if (call.method == "DELETE") {
    const bool existed = objects_[call.segments[0]].erase(call.segments[1]) > 0;
    return existed ? Response{.status = 204} : refusal(404, "No such object");
  }
  if (call.segments[0] == "containers") {
    return container_call(call);
  }
  return {.status = 200};
}

Response FakeEngine::inspect_image() const {
  Json json;
  json.set("Id") = image_id;
  json.set("RepoDigests") = Json::strings(image_digests);
  return json_answer(200, json);
}

Response FakeEngine::create(const Call& call) {
  const std::string& kind = call.segments[0];
  if (kind == "images") {
    has_image = can_pull;
    return can_pull ? Response{.status = 200, .body = "{\"status\":\"Pull complete\"}\r\n"}
                    : refusal(404, "pull access denied, repository does not exist");
  }
  if (kind == "containers" && !has_image) {
    return refusal(404, "No such image: nowhere:1");
  }
  const Json body = parse_json(call.body, "create body");
  const std::string name = kind == "containers" ? query_value(call.query, "name") : body["Name"].string();
  auto& standing = objects_[kind];
  std::string id = kind == "volumes" ? name : fmt::format("{:064x}", ++next_id_);
  // Like the engine: a volume of that name is handed out as it is.
  standing.try_emplace(id, Object{name, body["Labels"].string_map(), call.body});
  Json answer;
  answer.set(kind == "volumes" ? "Name" : "Id") = id;
  answer.set("Labels") = Json::strings(standing[id].labels);
  return json_answer(201, answer);
}

Response FakeEngine::container_call(const Call& call) {
  const std::string& id = call.segments[1];
  if (!objects_["containers"].contains(id)) {
    return refusal(404, "No such container: " + id);
  }
  if (call.is("GET", "json")) {
    return inspect(id);
  }
  if (call.is("GET", "logs")) {
    return {.status = 200, .body = framed_log()};
  }
  if (call.method == "PUT") {
    return {.status = 200};
  }
  if (call.is("GET", "stats")) {
    return json_answer(200, Json::Object{});
  }
  started_ = started_ || call.is("POST", "start");
  if (call.is("POST", "rename")) {
    objects_["containers"][id].name = query_value(call.query, "name");
  }
  return {.status = 204};
}

Response FakeEngine::inspect(const std::string& id) const {
  const bool running = started_ && !exits_at_start;
  Json json;
  json.set("Id") = id;
  json.set("Image") = image_id;
  json.set("Name") = "/" + objects_.at("containers").at(id).name;
  Json& state = json.set("State");
  state.set("Status") = running ? "running" : (started_ ? "exited" : "created");
  state.set("Running") = running;
  state.set("ExitCode") = running ? 0 : exit_code;
  state.set("OOMKilled") = oom_killed;
  json.set("Config").set("Tty") = false;
  json.set("Config").set("Labels") = Json::strings(objects_.at("containers").at(id).labels);
  Json& ports = json.set("NetworkSettings").set("Ports");
  ports = Json::Object{};
  if (running && published_port != 0) {
    Json binding;
    binding.set("HostIp") = "127.0.0.1";
    binding.set("HostPort") = std::to_string(published_port);
    ports.set(std::to_string(container_port) + "/tcp") = Json::Array{binding};
  }
  return json_answer(200, json);
}

Response FakeEngine::list(const Call& call) {
  if (late_effect_ && --lookups_until_effect_ < 0) {
    std::exchange(late_effect_, nullptr)();
  }
  const std::string& kind = call.segments[0];
  const Json filters = parse_json(query_value(call.query, "filters"), "filters");
  Json::Array rows;
  for (const auto& [id, object] : objects_[kind]) {
    const std::vector<std::string> wanted = filters["label"].string_list();
    const bool matches =
        std::all_of(wanted.begin(), wanted.end(), [&object = object](const std::string& label) {
          const std::size_t equals = label.find('=');
          const auto found = object.labels.find(label.substr(0, equals));
          return found != object.labels.end() &&
                 (equals == std::string::npos || found->second == label.substr(equals + 1));
        });
    if (matches) {
      Json row;
      row.set("Id") = id;
      row.set("Labels") = Json::strings(object.labels);
      if (kind == "containers") {
        row.set("Names") = Json::Array{"/" + object.name};
      } else if (kind == "images") {
        row.set("RepoTags") = Json::Array{object.name};
      } else {
        row.set("Name") = object.name;
      }
      rows.push_back(row);
    }
  }
  if (kind == "volumes") {
    Json answer;
    answer.set("Volumes") = rows;
    return json_answer(200, answer);
  }
  return json_answer(200, rows);
}

std::string FakeEngine::framed_log() const {
  if (log.empty()) {
    return {};
  }
  const auto size = static_cast<std::uint32_t>(log.size());
  std::string frame{"\x01\0\0\0", 4};
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    frame += static_cast<char>((size >> shift) & 0xFFU);
  }
  return frame + log;
}

Client client_of(const std::shared_ptr<FakeEngine>& engine) {
  return Client{engine, Endpoint::parse("unix:///nowhere/docker.sock")};
}

}  // namespace drydock

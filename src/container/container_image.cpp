#include "container/container_image.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/owned_object.h"
#include "container/registry.h"
#include "container/session.h"
#include "container/tar_writer.h"
#include "docker/json.h"

namespace drydock {
namespace {

// The image that a commit makes on the way: removed at the scope's end.
class Intermediate {
 public:
  explicit Intermediate(std::shared_ptr<OwnedObject> object) : object_(std::move(object)) {}
  Intermediate(const Intermediate&) = delete;
  Intermediate& operator=(const Intermediate&) = delete;
  ~Intermediate() { object_->dispose(); }

  [[nodiscard]] const std::string& id() const { return object_->id(); }

 private:
  std::shared_ptr<OwnedObject> object_;
};

// What a container and its own image say of themselves.
struct Origin {
  Json container{};  // Config of the container
  Json image{};      // Config of its image; null when that is gone
  std::string image_id{};
};

Origin origin_of(const Client& client, const std::string& container, Deadline deadline) {
  const ContainerDetails details = client.containers().inspect(container, deadline);
  const auto image = client.images().find(details.image_id, deadline);
  return {parse_json(details.json, "the container's details")["Config"],
          image ? parse_json(image->json, "the image's details")["Config"] : Json{}, details.image_id};
}

// Quotes for a Dockerfile: nothing is expanded.
std::string quoted(std::string_view value) {
  std::string out{'"'};
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == '$') {
      out += '\\';
    }
    out += c;
  }
  return out + '"';
}

// An instruction is one line, and a name in it has no quotes.
bool can_be_said(std::string_view name, std::string_view value) {
  return !name.empty() && !text::has_control(name) && !text::has_control(value) &&
         name.find_first_of(" \"'\\$=") == std::string_view::npos;
}

std::string assignment(const char* instruction, const std::string& name, const std::string& value) {
  return fmt::format("{} {}={}", instruction, name, quoted(value));
}

void add_labels(std::vector<std::string>& changes, const Labels& labels) {
  for (const auto& [key, value] : labels) {
    if (can_be_said(key, value)) {
      changes.push_back(assignment("LABEL", key, value));
    }
  }
}

// Sets the container's variables to what its image has, or to nothing: a variable cannot be unset.
void add_environment(std::vector<std::string>& changes, const Origin& origin) {
  const std::vector<std::string> of_image = origin.image["Env"].string_list();
  for (const std::string& entry : origin.container["Env"].string_list()) {
    const std::string name = entry.substr(0, entry.find('='));
    const auto own = std::find_if(of_image.begin(), of_image.end(), [&](const std::string& candidate) {
      return candidate.starts_with(name + "=");
    });
    const std::string value = own == of_image.end() ? "" : own->substr(name.size() + 1);
    if ((own == of_image.end() || *own != entry) && can_be_said(name, value)) {
      changes.push_back(assignment("ENV", name, value));
    }
  }
}

std::vector<std::string> changes_to(const Origin& origin, const Labels& wanted) {
  std::vector<std::string> changes;
  add_environment(changes, origin);
  Labels labels;
  for (const auto& [key, value] : origin.container["Labels"].string_map()) {
    if (origin.image["Labels"][key].is_null()) {
      labels[key];  // emptied: a label cannot be taken away
    }
  }
  for (const auto& [key, value] : wanted) {
    labels[key] = value;
  }
  add_labels(changes, labels);
  for (const auto& [instruction, key] :
       {std::pair{"ENTRYPOINT", "Entrypoint"},
        std::pair{"CMD", "Cmd"}}) {  // this order: the first resets the second
    if (origin.container[key] != origin.image[key]) {
      changes.push_back(
          fmt::format("{} {}", instruction, Json::strings(origin.image[key].string_list()).dump()));
    }
  }
  return changes;
}

Json configuration(const Origin& origin, const Labels& labels) {
  Json config = origin.image.is_object() ? origin.image : Json{Json::Object{}};
  config.merge_patch(parse_json(R"({"Hostname":null,"Domainname":null,"Image":null})", "a patch"));
  // Those of a seeded image, or of an earlier snapshot, say something of that image only.
  Json kept = Json::Object{};
  for (const auto& [key, value] : config["Labels"].string_map()) {
    if (!key.starts_with("drydock.")) {
      kept.set(key) = value;
    }
  }
  config.set("Labels") = std::move(kept);
  for (const auto& [key, value] : labels) {
    config.set("Labels").set(key) = value;
  }
  return config;
}

// An archive as `docker save` writes it, but for the layers, which the engine has.
std::string archive(const Json& committed, const Json& config, const std::string& reference) {
  Json image;
  image.set("architecture") = committed["Architecture"];
  image.set("os") = committed["Os"];
  if (!committed["Variant"].string().empty()) {
    image.set("variant") = committed["Variant"];
  }
  image.set("created") = committed["Created"];
  image.set("config") = config;
  image.set("rootfs").set("type") = "layers";
  image.set("rootfs").set("diff_ids") = committed["RootFS"]["Layers"];
  Json::Array layers;
  for (std::size_t i = 0; i < committed["RootFS"]["Layers"].array().size(); ++i) {
    layers.emplace_back(fmt::format("{}/layer.tar", i));
  }
  Json entry;
  entry.set("Config") = "config.json";
  entry.set("RepoTags") = Json::Array{Json{reference}};
  entry.set("Layers") = std::move(layers);
  return make_tar({{.path = "/manifest.json", .content = Json{Json::Array{std::move(entry)}}.dump()},
                   {.path = "/config.json", .content = image.dump()}});
}

// Returns the id of the loaded image; empty when the engine does not take an archive without layers.
std::string load_renamed(const Client& client, const std::string& committed, const Origin& origin,
                         const ContainerImage& image, Deadline deadline) {
  const Json details = parse_json(client.images().inspect(committed, deadline).json, "the image's details");
  try {
    client.images().load(archive(details, configuration(origin, image.labels), image.reference), deadline);
  } catch (const EngineError& error) {
    log::debug(fmt::format("the engine wants the layers of image '{}': {}", image.reference, error.what()));
    return {};
  }
  const auto loaded = client.images().find(image.reference, deadline);
  return loaded ? loaded->id : "";
}

// Returns whether a variable that the container's own image does not have has a value in the image.
bool keeps_environment(const Json& image, const Origin& origin) {
  const std::vector<std::string> own = origin.image["Env"].string_list();
  const std::set<std::string> harmless{own.begin(), own.end()};
  for (const char* part : {"Config", "ContainerConfig"}) {
    for (const std::string& entry : image[part]["Env"].string_list()) {
      if (!harmless.contains(entry) && !entry.ends_with('=')) {
        return true;
      }
    }
  }
  return false;
}

std::string commit_emptied(const Client& client, const std::string& container, const Origin& origin,
                           const ContainerImage& image, Deadline deadline) {
  std::string id = client.images().commit(
      container,
      {.reference = image.reference, .changes = changes_to(origin, image.labels), .pause = image.pause},
      deadline);
  if (!keeps_environment(parse_json(client.images().inspect(id, deadline).json, "the image's details"),
                         origin)) {
    return id;
  }
  client.images().remove(id, true, deadline);
  throw EngineError(
      ErrorCode::Unsupported,
      fmt::format(
          "the engine can only make an image of container '{}' that keeps the container's environment; "
          "start the container without env, hand secrets over in a tmpfs, or use Images::commit()",
          container),
      {.operation = "image commit", .resource = container});
}

}  // namespace

std::string make_container_image(const Client& client, const std::string& container,
                                 const ContainerImage& image, Deadline deadline) {
  const Origin origin = origin_of(client, container, deadline);
  NewObject fresh = new_object();
  fresh.labels.erase(label::kKeep);  // never for a look
  const Registry::Creating creating{client};
  std::vector<std::string> changes;
  add_labels(changes, fresh.labels);
  std::string id = create_object(client, ObjectKind::Image, fresh.nonce, [&] {
    return client.images().commit(container, {.changes = changes, .pause = image.pause}, deadline);
  });
  const Intermediate committed{own(ObjectKind::Image, client, id, id, false)};
  std::string loaded = load_renamed(client, committed.id(), origin, image, deadline);
  return loaded.empty() ? commit_emptied(client, container, origin, image, deadline) : loaded;
}

}  // namespace drydock

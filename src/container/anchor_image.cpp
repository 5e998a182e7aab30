#include "container/anchor_image.h"

#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "anchor_bytes.h"
#include "base/sha256.h"
#include "container/tar_writer.h"
#include "docker/json.h"

namespace drydock {
namespace {

constexpr unsigned kExecutable = 0755;
constexpr std::size_t kHashDigits = 16;

// As Go, and so every engine, names it.
constexpr const char* kArchitecture =
#if defined(__x86_64__)
    "amd64";
#elif defined(__aarch64__)
    "arm64";
#elif defined(__arm__)
    "arm";
#elif defined(__i386__)
    "386";
#elif defined(__riscv)
    "riscv64";
#elif defined(__powerpc64__)
    "ppc64le";
#elif defined(__s390x__)
    "s390x";
#else
    "unknown";
#endif

std::string configuration(const std::string& layer) {
  Json image = Json::Object{};
  image.set("architecture") = kArchitecture;
  image.set("os") = "linux";
  image.set("created") = "1970-01-01T00:00:00Z";  // not now: equal images are to have equal ids
  image.set("config").set("Entrypoint") = Json::Array{Json{"/anchor"}};
  image.set("config").set("User") = "65534:65534";
  image.set("rootfs").set("type") = "layers";
  image.set("rootfs").set("diff_ids") = Json::Array{Json{"sha256:" + sha256_hex(layer)}};
  return image.dump();
}

}  // namespace

std::string_view anchor_program() noexcept {
  return {reinterpret_cast<const char*>(kAnchorBytes.data()), kAnchorBytes.size()};
}

std::string anchor_reference() {
  return fmt::format("drydock/anchor:{}-{}", sha256_hex(anchor_program()).substr(0, kHashDigits),
                     kArchitecture);
}

std::string anchor_archive() {
  std::string layer =
      make_tar({{.path = "/anchor", .content = std::string{anchor_program()}, .mode = kExecutable}});
  Json entry = Json::Object{};
  entry.set("Config") = "config.json";
  // In full: Podman takes a name without a registry for one of its own, "localhost".
  entry.set("RepoTags") = Json::Array{Json{"docker.io/" + anchor_reference()}};
  entry.set("Layers") = Json::Array{Json{"layer.tar"}};
  std::string config = configuration(layer);
  return make_tar({{.path = "/manifest.json", .content = Json{Json::Array{std::move(entry)}}.dump()},
                   {.path = "/config.json", .content = std::move(config)},
                   {.path = "/layer.tar", .content = std::move(layer)}});
}

std::string ensure_anchor_image(const Client& client, Deadline deadline) {
  std::string reference = anchor_reference();
  const ErrorContext context{.operation = "image load", .resource = reference};
  if (anchor_program().empty()) {
    throw EngineError(ErrorCode::Unsupported,
                      "this build of Drydock has no anchor, for its toolchain links nothing statically",
                      context);
  }
  if (client.images().find(reference, deadline)) {
    return reference;
  }
  client.images().load(anchor_archive(), deadline);
  if (!client.images().find(reference, deadline)) {
    throw EngineError(ErrorCode::Unsupported,
                      fmt::format("the engine took the image '{}', but does not have it", reference),
                      context);
  }
  return reference;
}

}  // namespace drydock

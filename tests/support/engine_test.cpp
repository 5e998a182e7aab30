#include "support/engine_test.h"

#include <array>

#include "drydock/base/error.h"

#include "base/random.h"
#include "docker/json.h"
#include "transport/frame_decoder.h"

namespace drydock {
namespace {

/// Calls `remove` for each; a failure is the test's, not the end of the others' removal.
template <typename Remove>
void remove_all(const std::vector<std::string>& names, const Remove& remove) {
  for (const std::string& name : names) {
    try {
      remove(name);
    } catch (const Error& error) {
      ADD_FAILURE() << "left behind: " << error.what();
    }
  }
}

}  // namespace

EngineTest::~EngineTest() {
  remove_all(containers_, [this](const std::string& id) { client_.containers().remove(id); });
  remove_all(networks_, [this](const std::string& id) { client_.networks().remove(id); });
  remove_all(volumes_, [this](const std::string& name) { client_.volumes().remove(name); });
  remove_all(images_, [this](const std::string& reference) { client_.images().remove(reference, true); });
}

bool EngineTest::is_podman() const {
  return client_.system().version().platform.find("Podman") != std::string::npos;
}

std::string EngineTest::unique_name() {
  return "drydock-it-" + random_hex(6);
}

Labels EngineTest::labels() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  return {{"drydock.test-suite", std::string{test->test_suite_name()} + "." + test->name()}};
}

std::string EngineTest::create_body(const std::vector<std::string>& command, const std::string& patch) {
  Json body;
  body.set("Image") = kBusybox;
  body.set("Cmd") = Json::strings(command);
  body.set("Labels") = Json::strings(labels());
  body.set("HostConfig").set("NetworkMode") = "none";
  body.merge_patch(parse_json(patch, "the patch"));
  return body.dump();
}

ContainerId EngineTest::create(const std::vector<std::string>& command, const std::string& patch) {
  return track_container(
      client_.containers().create({.name = unique_name(), .body = create_body(command, patch)}).id);
}

ContainerId EngineTest::run(const std::vector<std::string>& command, const std::string& patch) {
  ContainerId id = create(command, patch);
  client_.containers().start(id);
  return id;
}

std::string EngineTest::output_of(const ContainerId& container,
                                  const std::vector<std::string>& command) const {
  const Deadline deadline = Deadline::in(std::chrono::seconds{30});
  const ExecId exec = client_.execs().create(container, {.argv = command}, deadline);
  const std::unique_ptr<Duplex> stream = client_.execs().start(exec, false, deadline);
  FrameDecoder decoder;
  std::string out;
  std::array<char, 4096> buffer{};
  while (stream->wait(false, deadline).readable) {
    const std::size_t size = stream->read(buffer);
    if (size == 0) {
      break;
    }
    decoder.feed({buffer.data(), size}, [&](FrameStream from, std::string_view piece) {
      out += from == FrameStream::Stdout ? piece : "";
      return true;
    });
  }
  return out;
}

ContainerId EngineTest::track_container(ContainerId id) {
  return containers_.emplace_back(std::move(id));
}

std::string EngineTest::track_network(std::string id) {
  return networks_.emplace_back(std::move(id));
}

std::string EngineTest::track_volume(std::string name) {
  return volumes_.emplace_back(std::move(name));
}

std::string EngineTest::track_image(std::string reference) {
  return images_.emplace_back(std::move(reference));
}

}  // namespace drydock

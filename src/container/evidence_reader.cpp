#include "container/evidence_reader.h"

#include <cstdlib>
#include <exception>

#include "base/redaction.h"
#include "container/log_file.h"
#include "docker/image_digest.h"

namespace drydock {
namespace {

void add_problem(Evidence& evidence, const std::string& what) {
  evidence.problem += (evidence.problem.empty() ? "" : "; ") + what;
}

template <typename Read>
void attempt(Evidence& evidence, const char* what, const Read& read) {
  try {
    read();
  } catch (const std::exception& error) {
    add_problem(evidence, std::string{what} + " could not be read: " + error.what());
  }
}

std::chrono::nanoseconds since_epoch(std::chrono::system_clock::time_point point) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(point.time_since_epoch());
}

bool wants_file(const std::optional<TestContext>& context) {
  const char* const configured = std::getenv("DRYDOCK_LOG_DIR");
  return context.has_value() || (configured != nullptr && *configured != '\0');
}

void read_tail(const EvidenceSource& source, LogOptions options, const std::optional<TestContext>& context,
               Deadline deadline, Evidence& evidence) {
  options.tail = source.log_tail;
  options.since = context ? since_epoch(context->started) : std::chrono::nanoseconds{0};
  evidence.log_tail = source.client.containers().logs(source.id, options, deadline).all;
  if (evidence.log_tail.empty() && options.since.count() > 0) {
    // A container that said nothing in this test, or an engine whose clock is behind.
    options.since = std::chrono::nanoseconds{0};
    evidence.log_tail = source.client.containers().logs(source.id, options, deadline).all;
    evidence.log_is_older = !evidence.log_tail.empty();
  }
  evidence.log_tail = redacted(evidence.log_tail);
}

std::string save_whole(const EvidenceSource& source, LogOptions options,
                       const std::optional<TestContext>& context, Deadline deadline) {
  options.timestamps = true;
  const Logs logs = source.client.containers().logs(source.id, options, deadline);
  const std::string test = context && !context->test.empty() ? context->test + "-" : "";
  return save_log(log_directory(context ? context->log_directory : ""),
                  test + source.name + "-" + short_id(source.id), redacted(logs.all));
}

// An image may have been removed since, or have lost its name to a newer one: its id is still told.
void read_digest(const EvidenceSource& source, const std::string& image_id, Deadline deadline,
                 Evidence& evidence) {
  if (image_id.empty()) {
    return;
  }
  evidence.image_digest = image_id;
  if (const auto image = source.client.images().find(image_id, deadline); image && !image->id.empty()) {
    evidence.image_digest = exact_name(*image, source.image);
  }
}

Evidence read(const EvidenceSource& source, const std::optional<TestContext>& context, Deadline deadline) {
  Evidence evidence{.id = source.id,
                    .name = source.name,
                    .image = source.image,
                    .ports = source.ports,
                    .run_line = source.run_line,
                    .where = source.where};
  LogOptions options;
  std::string image_id;
  attempt(evidence, "the state", [&] {
    ContainerDetails details = source.client.containers().inspect(source.id, deadline);
    options.tty = details.tty;
    image_id = std::move(details.image_id);
    evidence.state = std::move(details.state);
    if (!details.ports.empty()) {
      evidence.ports = std::move(details.ports);
    }
  });
  attempt(evidence, "the image", [&] { read_digest(source, image_id, deadline, evidence); });
  if (source.log_tail > 0) {
    attempt(evidence, "the log", [&] { read_tail(source, options, context, deadline, evidence); });
  }
  if (wants_file(context)) {
    attempt(evidence, "the full log",
            [&] { evidence.log_file = save_whole(source, options, context, deadline); });
  }
  return evidence;
}

}  // namespace

Evidence read_evidence(const EvidenceSource& source, const std::optional<TestContext>& context,
                       Deadline deadline) noexcept {
  try {
    return read(source, context, deadline);
  } catch (const std::exception& error) {
    Evidence bare;
    bare.problem = error.what();
    return bare;
  }
}

}  // namespace drydock

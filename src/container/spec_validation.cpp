// validate(): what would keep a spec from working, found before anything is sent. Here are the image, the
// process and its environment; the other concerns have files of their own.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

#include "base/text.h"
#include "container/keep.h"
#include "container/spec_faults.h"
#include "docker/json.h"

namespace drydock {
namespace {

// Linux's MAX_ARG_STRLEN, closing NUL included: one byte more and exec answers "argument list too long".
constexpr std::size_t kMaxString = std::size_t{128} << 10;
// Linux allows a quarter of the stack limit (8 MiB by default) to arguments and environment together.
constexpr std::size_t kMaxStrings = std::size_t{2} << 20;
constexpr std::size_t kMaxHostname = 64;  // HOST_NAME_MAX

void check_image(const ContainerSpec& spec, Faults& faults) {
  if (spec.image.empty()) {
    faults.emplace_back("image is empty; name one, such as 'redis:7'");
    return;
  }
  try {
    static_cast<void>(ImageReference::parse(spec.image));
  } catch (const InvalidArgumentError& error) {
    faults.push_back(fmt::format("image {} is no image reference: {}", quote(spec.image), error.what()));
  }
}

void check_platform(const std::string& platform, Faults& faults) {
  const auto parts = text::split(platform, '/');
  const bool good = parts.size() <= 3 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
                      return made_of_letters_digits_and("_.-", part);
                    });
  if (!platform.empty() && !good) {
    faults.push_back(fmt::format(
        "platform {} is not os[/architecture[/variant]]; write one such as 'linux/arm64'", quote(platform)));
  }
}

void check_user(const std::string& user, Faults& faults) {
  const auto parts = text::split(user, ':');
  const bool good = parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
                      return !part.empty() && part.find(' ') == std::string::npos;
                    });
  if (!user.empty() && !good) {
    faults.push_back(fmt::format("user {} is not 'name', 'uid' or 'uid:gid'", quote(user)));
  }
}

void check_identity(const ContainerSpec& spec, Faults& faults) {
  if (!spec.name.empty() && !is_object_name(spec.name)) {
    faults.push_back(
        fmt::format("name {} is not of the form [a-zA-Z0-9][a-zA-Z0-9_.-]+; leave it empty to have one made",
                    quote(spec.name)));
  }
  check_platform(spec.platform, faults);
  check_user(spec.user, faults);
  check_line("user", spec.user, faults);
  if (is_kept({}, spec.name)) {
    faults.push_back(
        fmt::format("name {} begins like those of containers that are kept for a look, and "
                    "would never be swept; take another",
                    quote(spec.name)));
  }
  if (!spec.hostname.empty() &&
      (spec.hostname.size() > kMaxHostname || !made_of_letters_digits_and(".-", spec.hostname))) {
    faults.push_back(fmt::format("hostname {} is not made of at most {} letters, digits, '.' and '-'",
                                 quote(spec.hostname), kMaxHostname));
  }
  check_line("working_dir", spec.working_dir, faults);
  if (!spec.working_dir.empty() && spec.working_dir.front() != '/') {
    faults.push_back(
        fmt::format("working_dir {} is relative; write an absolute path", quote(spec.working_dir)));
  }
}

void check_size(std::string_view what, std::size_t size, Faults& faults) {
  if (size + 1 > kMaxString) {
    faults.push_back(fmt::format("{} has {} bytes, and the kernel takes less than {}; hand it over in a file",
                                 what, size, kMaxString));
  }
}

std::size_t check_arguments(std::string_view field, const std::vector<std::string>& arguments,
                            Faults& faults) {
  std::size_t total = 0;
  for (const std::string& argument : arguments) {
    check_text(field, argument, faults);
    check_size(fmt::format("{} argument {}", field, quote(std::string_view{argument}.substr(0, 40))),
               argument.size(), faults);
    total += argument.size() + 1;
  }
  if (!arguments.empty() && arguments.front().empty() && field == "entrypoint") {
    faults.emplace_back(
        "entrypoint '' is empty; name a program, or leave the list empty for the image's own");
  }
  return total;
}

std::size_t check_environment(std::string_view field, const std::map<std::string, std::string>& env,
                              Faults& faults) {
  std::size_t total = 0;
  for (const auto& [name, value] : env) {
    if (name.empty() || name.find('=') != std::string::npos) {
      faults.push_back(
          fmt::format("{} name {} is empty or has a '='; write name and value apart", field, quote(name)));
    }
    check_line(fmt::format("{} name", field), name, faults);
    const std::size_t before = faults.size();
    Faults of_value;
    check_text("", value, of_value);
    if (!of_value.empty()) {
      faults.push_back(
          fmt::format("{} {} has a value with a NUL byte or bytes that are not UTF-8; hand it over in "
                      "a file",
                      field, quote(name)));
    }
    if (faults.size() == before) {
      check_size(fmt::format("{} {}", field, quote(name)), name.size() + value.size() + 1, faults);
    }
    total += name.size() + value.size() + 2;
  }
  return total;
}

void check_strings(const ContainerSpec& spec, Faults& faults) {
  const std::size_t total = check_arguments("command", spec.command, faults) +
                            check_arguments("entrypoint", spec.entrypoint, faults) +
                            check_environment("env", spec.env, faults) +
                            check_environment("host_access.env", spec.host_access.env, faults);
  if (total >= kMaxStrings) {
    faults.push_back(
        fmt::format("command, entrypoint and env have {} bytes together, and the kernel takes less than "
                    "{}; hand some of it over in files",
                    total, kMaxStrings));
  }
}

void check_labels(const ContainerSpec& spec, Faults& faults) {
  for (const auto& [key, value] : spec.labels) {
    if (key.empty()) {
      faults.emplace_back("label '' has no key; name it");
    }
    if (key.rfind("drydock.", 0) == 0) {
      faults.push_back(fmt::format(
          "label {} begins with 'drydock.', which is Drydock's own; take another prefix", quote(key)));
    }
    check_line("label key", key, faults);
    check_text("label value", value, faults);
  }
}

template <typename Span>
void check_positive(std::string_view field, Span span, Faults& faults) {
  if (span <= Span::zero()) {
    faults.push_back(
        fmt::format("{} '{}' is not above 0; give it a time that is long enough", field, span.count()));
  }
}

void check_patch(const ContainerSpec& spec, Faults& faults) {
  if (spec.create_patch_json.empty()) {
    return;
  }
  try {
    if (!parse_json(spec.create_patch_json, "create_patch_json").is_object()) {
      faults.push_back(
          fmt::format("create_patch_json {} is no JSON object; write one such as "
                      "'{{\"HostConfig\":{{}}}}'",
                      quote(spec.create_patch_json)));
    }
  } catch (const Error& error) {
    faults.push_back(
        fmt::format("create_patch_json {} is no JSON: {}", quote(spec.create_patch_json), error.what()));
  }
}

void check_times(const ContainerSpec& spec, Faults& faults) {
  if (spec.log_tail < 0) {
    faults.push_back(fmt::format("log_tail '{}' is negative; 0 shows no lines", spec.log_tail));
  }
  check_positive("ready_timeout", spec.ready_timeout, faults);
  check_positive("start_timeout", spec.start_timeout, faults);
}

}  // namespace

void check_process(const ContainerSpec& spec, Faults& faults) {
  check_image(spec, faults);
  check_identity(spec, faults);
  check_strings(spec, faults);
  check_labels(spec, faults);
  check_times(spec, faults);
  check_patch(spec, faults);
}

std::vector<std::string> validate(const ContainerSpec& spec) {
  Faults faults;
  check_process(spec, faults);
  check_mounts(spec, faults);
  check_files(spec, faults);
  check_network(spec, faults);
  check_limits(spec, faults);
  check_healthcheck(spec, faults);
  check_waits(spec, faults);
  return faults;
}

}  // namespace drydock

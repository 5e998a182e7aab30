// The parts of validate(ContainerSpec), one for each concern. Each appends a clause for every fault it finds:
// the field, the value in quotes, and what to do. Values of environment variables are never shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drydock/container/spec.h"

namespace drydock {

using Faults = std::vector<std::string>;

void check_process(const ContainerSpec& spec, Faults& faults);
void check_mounts(const ContainerSpec& spec, Faults& faults);
void check_files(const ContainerSpec& spec, Faults& faults);
void check_network(const ContainerSpec& spec, Faults& faults);
void check_limits(const ContainerSpec& spec, Faults& faults);
void check_healthcheck(const ContainerSpec& spec, Faults& faults);
void check_waits(const ContainerSpec& spec, Faults& faults);

/// Returns the value in single quotes, fit for a message.
[[nodiscard]] std::string quote(std::string_view value);

/// Refuses what cannot be sent in JSON or handed to a process: NUL bytes, and bytes that are not UTF-8, which
/// would reach the container changed.
void check_text(std::string_view field, std::string_view value, Faults& faults);
/// Like check_text(), and refuses line ends and other control characters.
void check_line(std::string_view field, std::string_view value, Faults& faults);

/// Returns whether `value` is not empty and made of ASCII letters, digits and the characters of `others`.
[[nodiscard]] bool made_of_letters_digits_and(std::string_view others, std::string_view value) noexcept;
/// The engine's rule for names of containers and volumes: [a-zA-Z0-9][a-zA-Z0-9_.-]+
[[nodiscard]] bool is_object_name(std::string_view value) noexcept;

/// Returns an absolute container path in normal form: no "..", no doubled and no trailing slashes.
[[nodiscard]] std::string normal_path(std::string_view path);
/// Returns whether `path` is `directory` or lies under it; both in normal form.
[[nodiscard]] bool lies_in(std::string_view path, std::string_view directory) noexcept;

}  // namespace drydock

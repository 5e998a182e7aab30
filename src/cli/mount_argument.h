// What --mount takes: a mount in the notation of `docker run --mount`. Pure.
#pragma once

#include <string_view>

#include "drydock/container/spec.h"

namespace drydock::cli {

/// Parses `type=bind|volume|tmpfs,source=...,target=...[,readonly][,tmpfs-size=64m][,tmpfs-mode=1777]`;
/// `volume` is the type where none is named. Throws InvalidArgumentError naming the text, what is wrong with
/// it and what to write. Whether a bind source exists is not looked at here.
[[nodiscard]] Mount parse_mount(std::string_view text);

}  // namespace drydock::cli

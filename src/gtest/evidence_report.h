// How evidence reaches people and programs: text on stdout, properties in the XML report.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/container/evidence.h"

namespace drydock {

/// Returns what is printed after a failure of `what`: the evidence, then a line [[ATTACHMENT|path]] for each
/// saved log, by which CI systems find it.
[[nodiscard]] std::string evidence_report(const std::vector<Evidence>& evidence, std::string_view what);

/// Records the evidence as properties of the test that is running, else of the suite, else of the program.
/// The keys begin with "drydock." for the container of index 1, "drydock.2." for the next. May be called
/// while GoogleTest reports a result.
void record_properties(const Evidence& evidence, std::size_t index);

/// Makes text fit for XML: what is no UTF-8 and what XML forbids becomes '?'. Keeps the last `limit` bytes.
[[nodiscard]] std::string xml_text(std::string_view text, std::size_t limit);

}  // namespace drydock

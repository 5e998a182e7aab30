// Turns the engine's refusals into typed errors. Pure functions.
#pragma once

#include <string_view>

#include "drydock/base/error.h"
#include "drydock/transport/exchange.h"

#include "docker/call.h"

namespace drydock {

/// What a refusal amounts to.
struct Refusal {
  ErrorCode code{ErrorCode::UnexpectedStatus};
  bool retryable{false};
  std::string_view advice{};  ///< what to do next; may be empty
};

/// Classifies an answer of 400 or more by its status and the engine's text.
[[nodiscard]] Refusal classify_refusal(int status, std::string_view text);

/// Classifies what a registry answered to a pull: the text counts, for the engine passes it on as a 404, as a
/// 500, or inside a 200's progress stream (then status is 200).
[[nodiscard]] Refusal classify_pull_refusal(int status, std::string_view text);

/// Returns the engine's text in an error answer: its `message` field, or the body quoted and cut when it is
/// not the engine's JSON (a proxy's HTML page, nothing at all).
[[nodiscard]] std::string refusal_text(std::string_view body);

/// Turns a refusal into the error that its status and text call for.
[[nodiscard]] EngineError make_engine_error(const Call& call, const Response& response);

/// Turns an error line of a pull's progress stream into the error that it calls for.
[[nodiscard]] EngineError make_pull_error(const Call& call, std::string_view text);

}  // namespace drydock

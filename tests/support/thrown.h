// Catches what a call throws, so that a test can look at it.
#pragma once

#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {

/// Calls `call` and returns the `Failure` that it throws; empty, with a test failure, when it throws none.
template <typename Failure = Error, typename Callable>
std::optional<Failure> thrown_by(Callable&& call) {
  try {
    std::forward<Callable>(call)();
  } catch (const Failure& failure) {
    return failure;
  }
  ADD_FAILURE() << "nothing was thrown";
  return std::nullopt;
}

/// Returns the code of the Error that `call` throws, or nothing, with a test failure, when it throws none.
template <typename Callable>
std::optional<ErrorCode> code_thrown_by(Callable&& call) {
  const std::optional<Error> error = thrown_by<Error>(std::forward<Callable>(call));
  return error ? std::optional{error->code()} : std::nullopt;
}

/// Lets GoogleTest print the name of a code.
inline void PrintTo(ErrorCode code, std::ostream* out) {
  *out << to_string(code);
}

}  // namespace drydock

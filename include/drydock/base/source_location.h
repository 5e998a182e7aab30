// Where in the caller's source a call was made. A stand-in for std::source_location, which clang 14 lacks.
#pragma once

namespace drydock {

/// Names a place in source code; captured by a defaulted argument of the function that wants to know its
/// caller.
struct SourceLocation {
  const char* file{""};
  const char* function{""};
  unsigned line{0};

  /// Returns the place of the call itself when used as a default argument.
  static constexpr SourceLocation current(const char* file = __builtin_FILE(),
                                          const char* function = __builtin_FUNCTION(),
                                          unsigned line = __builtin_LINE()) noexcept {
    return {file, function, line};
  }
};

}  // namespace drydock

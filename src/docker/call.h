// A call on the Engine API before it becomes a Request: the path gets its version prefix later; segments and
// query values are percent-encoded here. A value.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/transport/exchange.h"

namespace drydock {

class Call {
 public:
  /// `resource` is a name, an image reference or an id, which is shortened for messages.
  Call(Method method, std::string operation, const std::string& resource = {});
  /// Appends "/segment", encoded. Throws InvalidArgumentError for an empty segment, ".", ".." or control
  /// characters.
  Call& path(std::string_view segment);
  Call& query(std::string_view key, std::string_view value);
  /// Appends `filters=` as the Engine API wants it, a JSON object of lists; nothing when all lists are empty.
  Call& filters(const std::map<std::string, std::vector<std::string>>& lists);
  Call& body(std::string json);
  Call& body(std::string bytes, std::string type);
  Call& limit(std::size_t bytes);
  /// Sends the path without a version prefix, so that no version need be negotiated.
  Call& unversioned();
  /// Lets a call that is given no deadline take as long as it takes.
  Call& unlimited();
  /// Lets the call be repeated when its answer was lost: see Request::safe_to_repeat.
  Call& repeatable();

  Method method;
  std::string operation, resource;
  std::string target{};  ///< without the version prefix
  std::string payload{}, content_type{};
  std::size_t response_limit{std::size_t{32} << 20};
  bool versioned{true}, limited{true}, safe_to_repeat{false};
};

}  // namespace drydock

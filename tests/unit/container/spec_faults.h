// For the tests of validate(): a spec that is whole but for one thing, and the one fault found in it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/spec.h"

namespace drydock {

/// A row of a table of faulty specs: what makes it faulty, and what the one clause must name.
struct Fault {
  std::function<void(ContainerSpec&)> make;
  std::string named;
};

inline ContainerSpec edited(const std::function<void(ContainerSpec&)>& edit) {
  ContainerSpec spec{.image = "busybox"};
  edit(spec);
  return spec;
}

/// Expects each row to have exactly one fault, in a clause that names what the row says.
inline void expect_one_fault_each(const std::vector<Fault>& table) {
  for (const Fault& row : table) {
    SCOPED_TRACE(row.named);
    EXPECT_THAT(validate(edited(row.make)), testing::ElementsAre(testing::HasSubstr(row.named)));
  }
}

/// Expects each row to have no fault.
inline void expect_no_fault(const std::vector<std::function<void(ContainerSpec&)>>& table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_THAT(validate(edited(table[i])), testing::IsEmpty());
  }
}

}  // namespace drydock

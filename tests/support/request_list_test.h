// The base of the tests that compare what an operation asks of a real engine with docs/requests.md.
#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/recording_exchange.h"
#include "support/request_table.h"
#include "transport/httplib_exchange.h"

namespace drydock {

/// `Section` names the table: struct Section { static constexpr const char* name; };
template <typename Section>
class RequestListTest : public ::testing::Test {
 public:
  // A row that no test looks at would be a claim.
  static void TearDownTestSuite() {
    if (::testing::UnitTest::GetInstance()->test_to_run_count() !=
        ::testing::UnitTest::GetInstance()->total_test_count()) {
      return;
    }
    for (const auto& [operation, requests] : table()) {
      EXPECT_TRUE(checked().count(operation) != 0) << "no test looks at '" << operation << "'";
    }
  }

 protected:
  [[nodiscard]] const Client& client() const { return client_; }

  /// Calls `operation` and expects the requests of the table's row `name`, in their order.
  template <typename Operation>
  auto expect(const std::string& name, const Operation& operation) {
    const Compare compare{*this, name};
    return operation();
  }

  /// Expects that `asked` is what the table's row `name` says, for requests that another process has sent.
  static void expect_asked(const std::string& name, std::vector<std::string> asked) {
    std::transform(asked.begin(), asked.end(), asked.begin(),
                   [](const std::string& request) { return as_in_table(request); });
    EXPECT_EQ(asked, row(name)) << name;
  }

 private:
  /// Looks when the operation is over.
  class Compare {
   public:
    Compare(RequestListTest& test, std::string name) : test_(test), name_(std::move(name)) {
      test_.recorder_->take();
    }
    Compare(const Compare&) = delete;
    Compare& operator=(const Compare&) = delete;
    ~Compare() { expect_asked(name_, test_.recorder_->take()); }

   private:
    RequestListTest& test_;
    const std::string name_;
  };

  static std::vector<std::string> row(const std::string& name) {
    checked().insert(name);
    const auto found = table().find(name);
    EXPECT_NE(found, table().end()) << "docs/requests.md has no row '" << name << "'";
    return found == table().end() ? std::vector<std::string>{} : found->second;
  }
  static const RequestTable& table() {
    static const RequestTable the_table = read_request_table(Section::name);
    return the_table;
  }
  static std::set<std::string>& checked() {
    static std::set<std::string> names;
    return names;
  }

  const Endpoint endpoint_{Client::from_environment().endpoint()};
  const std::shared_ptr<RecordingExchange> recorder_{
      std::make_shared<RecordingExchange>(std::make_shared<HttplibExchange>(endpoint_))};
  const Client client_{negotiated(Client{recorder_, endpoint_})};

  // The version is asked for once for each client: not again in what is measured.
  static Client negotiated(Client client) {
    (void)client.api_version();
    return client;
  }
};

}  // namespace drydock

// Ready-made services (drydock/fixtures), and those of your own, in each of GoogleTest's scopes. A service of
// one test is a variable; a service of drydock_add_service() is `S{attach("name")}`. Not part of
// drydock/gtest.h: to be included by those who use it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "drydock/container/shared_container.h"
#include "drydock/container/test_container.h"
#include "drydock/gtest/environment.h"
#include "drydock/gtest/kept_container.h"

namespace drydock {

/// A service in the making: its container's start, with GoogleTest's rules, and the service around it. The
/// part that the scopes below share; not for use in tests. One thread at a time until the set-up is over.
template <class S>
class KeptService {
 public:
  void set_up(std::function<TestContainer()> start, SourceLocation where = {}) {
    container_.set_up_by(std::move(start), where);
  }
  void tear_down() {
    service_.reset();
    container_.tear_down();
  }
  /// Fails or skips what is running when there is no service; see KeptContainer::require().
  void require() {
    container_.require();
    static_cast<void>(get());
  }
  /// Throws Error NotReady, with the reason.
  [[nodiscard]] S& get() {
    if (!service_) {
      service_.emplace(std::move(container_.get()));
    }
    return *service_;
  }

  /// Returns the spec of what S::options() says, if it has that.
  static ContainerSpec spec() {
    if constexpr (requires { S::options(); }) {
      return S::spec(S::options());
    } else {
      return S::spec(typename S::Options{});
    }
  }

 private:
  KeptContainer container_{};
  std::optional<S> service_{};
};

/// Fixture whose tests share one service, which is started before the suite's first test and removed after
/// its last. `S` is a service, or derives from one to say its options:
///
///     struct Orders : fixtures::Postgres {
///       using Postgres::Postgres;
///       static Options options() { return {.init = {{.path = "1.sql", .content = kSchema}}}; }
///     };
///     class OrdersTest : public drydock::SuiteService<Orders> {};
///
///     TEST_F(OrdersTest, AreStored) {
///       const auto database = service().fresh_database();
///       ...
///     }
///
/// A SetUp() that calls service().clean() gives each test a clean service. What fails is reported as
/// SuiteContainer does it. A derived class with a SetUpTestSuite() or TearDownTestSuite() of its own calls
/// these.
template <class S>
class SuiteService : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    static_cast<void>(is_declared);  // has it made when the program starts
    kept().set_up([] { return TestContainer{KeptService<S>::spec()}; });
  }
  static void TearDownTestSuite() { kept().tear_down(); }

  /// Returns the suite's service. Throws Error when it was not started.
  [[nodiscard]] static S& service() { return kept().get(); }

 protected:
  SuiteService() { kept().require(); }

 private:
  static inline const bool is_declared = declare_spec(&KeptService<S>::spec);

  static KeptService<S>& kept() {
    static KeptService<S> kept;
    return kept;
  }
};

/// Fixture whose tests use the ctest run's one service, made by the first program that asks; see
/// shared_container(). `S` says its options like that of SuiteService, and how to share it by a static
/// sharing():
///
///     struct Orders : fixtures::Postgres {
///       using Postgres::Postgres;
///       static drydock::SharedOptions sharing() { return {.max_age = std::chrono::hours{1}}; }
///     };
///
/// What a test does to the service as a whole, such as clean(), it does to all who use it at that time: let
/// sharing() say `.exclusive = true` then, or give each test a part of its own, such as fresh_database().
template <class S>
class SharedService : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    static_cast<void>(is_declared);
    kept().set_up(&attach);
  }
  static void TearDownTestSuite() { kept().tear_down(); }

  /// Returns the suite's handle of the run's service. Throws Error when it could not be had.
  [[nodiscard]] static S& service() { return kept().get(); }

 protected:
  SharedService() { kept().require(); }

 private:
  static inline const bool is_declared = declare_spec(&KeptService<S>::spec);

  static TestContainer attach() {
    SharedOptions sharing;
    if constexpr (requires { S::sharing(); }) {
      sharing = S::sharing();
    }
    return shared_container(KeptService<S>::spec(), sharing, Client::from_environment(), {});
  }

  static KeptService<S>& kept() {
    static KeptService<S> kept;
    return kept;
  }
};

/// One service as a GoogleTest environment; see ContainerEnvironment.
template <class S>
class ServiceEnvironment final : public ::testing::Environment {
 public:
  explicit ServiceEnvironment(const typename S::Options& options,
                              SourceLocation where = SourceLocation::current())
      : container_(S::spec(options), where) {}

  void SetUp() override { container_.SetUp(); }
  void TearDown() override {
    service_.reset();
    container_.TearDown();
  }

  /// Returns the service. Throws Error when it has not been started.
  [[nodiscard]] S& get() {
    if (!service_) {
      service_.emplace(std::move(container_.get()));
    }
    return *service_;
  }
  S* operator->() { return &get(); }
  S& operator*() { return get(); }

 private:
  ContainerEnvironment container_;
  std::optional<S> service_{};
};

/// Registers a service for the whole program; to be called before RUN_ALL_TESTS(), such as for a variable at
/// namespace scope. GoogleTest owns what is returned. Throws InvalidArgumentError for options that cannot
/// work.
///
///     auto& postgres = drydock::add_service<drydock::fixtures::Postgres>();
template <class S>
ServiceEnvironment<S>& add_service(const typename S::Options& options = {},
                                   SourceLocation where = SourceLocation::current()) {
  auto service = std::make_unique<ServiceEnvironment<S>>(options, where);
  declare_spec([options] { return S::spec(options); });
  ServiceEnvironment<S>& registered = *service;
  ::testing::AddGlobalTestEnvironment(service.release());
  return registered;
}

}  // namespace drydock

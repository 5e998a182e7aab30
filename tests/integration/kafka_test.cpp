// How the Kafka fixture starts a container, with a program in Kafka's place: no image of Kafka is to be had
// here.
#include "drydock/fixtures/kafka.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/real_engine.h"

namespace drydock::fixtures {
namespace {

using ::testing::HasSubstr;

TEST(KafkaStartTest, TellsKafkaTheAddressAtWhichItIsReachedAtEachStart) {
  ContainerSpec spec = Kafka::spec();
  spec.image = kBusybox;
  spec.files.push_back({.path = "/etc/kafka/docker/run",
                        .content = "#!/bin/sh\necho \"reached at $KAFKA_ADVERTISED_LISTENERS\"\n"
                                   "trap 'exit 0' TERM\nwhile :; do sleep 0.1; done\n",
                        .mode = 0755});
  spec.ready.pop_back();  // nobody answers
  Kafka kafka{TestContainer{std::move(spec)}};
  for (int start = 0; start < 2; ++start) {
    kafka.container().wait_for(wait::LogLine{.contains = "reached at EXTERNAL://" +
                                                         kafka.bootstrap_servers() + ",INTERNAL://" +
                                                         kafka.internal_bootstrap_servers()});
    kafka.container().restart();
  }
}

}  // namespace
}  // namespace drydock::fixtures

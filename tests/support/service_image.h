// Has a program of tests fail at once, and say what to do, when the image of a real server cannot be had.
#pragma once

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"

namespace drydock {

/// Makes, and removes, a container of the image before the first test: it is pulled where it is not here.
class ServiceImage final : public ::testing::Environment {
 public:
  explicit ServiceImage(std::string image) : image_(std::move(image)) {}

  void SetUp() override {
    try {
      const Client client = Client::from_environment();
      client.containers().remove(create_container(client, {.image = image_}));
    } catch (const Error& error) {
      FAIL() << "there is no image '" << image_
             << "': make the images of real servers by scripts/images --services, and let "
                "DRYDOCK_IMAGE_MAP name the map that it writes\n"
             << error.what();
    }
  }

 private:
  std::string image_;
};

}  // namespace drydock

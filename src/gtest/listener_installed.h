// Installs the failure listener while the program's static objects are made: a source file that a test cannot
// do without holds one of these at namespace scope, so that the listener is there whatever main() is linked.
#pragma once

#include "drydock/gtest/listener.h"

namespace drydock {

struct ListenerInstalled {
  ListenerInstalled() { install_listener(); }
};

}  // namespace drydock

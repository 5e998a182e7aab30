// All of Drydock's core in one include. For GoogleTest include drydock/gtest.h, which includes this.
#pragma once

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"
#include "drydock/container/evidence.h"
#include "drydock/container/exec.h"
#include "drydock/container/shell.h"
#include "drydock/container/spec.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"
#include "drydock/container/wait.h"
#include "drydock/docker/client.h"
#include "drydock/observability/log.h"
#include "drydock/transport/discovery.h"

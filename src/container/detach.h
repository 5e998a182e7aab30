// Makes this process one that outlives whoever started it.
#pragma once

namespace drydock {

/// Leaves the parent, its process tree, group, session and terminal by forking twice; only the last child
/// returns. Its working directory is "/", files that it makes are its user's alone, descriptors from 3 on are
/// closed, and signals that end an interactive program are ignored. To be called with one thread, and without
/// open files that matter. Throws std::system_error when it cannot fork.
void detach();

}  // namespace drydock

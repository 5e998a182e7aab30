// Whether this process is the child of a threadsafe death test: the program started anew, with every set-up
// run again up to the statement that is to die.
#pragma once

namespace drydock {

/// Returns whether it is; tells the session so, the first time. To be called after the command line was
/// parsed and before anything is created.
bool in_death_test_child();

}  // namespace drydock

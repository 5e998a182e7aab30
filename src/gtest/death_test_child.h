// Whether this process is the child of a threadsafe death test: the program started anew, with every set-up
// run again up to the statement that is to die.
#pragma once

namespace drydock {

/// Returns whether it is. To be called after the command line was parsed.
bool in_death_test_child();

}  // namespace drydock

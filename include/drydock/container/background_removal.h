// Removal behind the test's back, for containers whose spec says `.removal = Removal::Background`.
//
// Such a guard's destructor returns at once. Its container is removed by one of at most eight threads; what
// is left at the program's end is removed then, before the program's statics are destroyed. A container that
// is created with the same explicit name or the same fixed host port waits for the removal first, and so does
// the removal of a TestNetwork or TestVolume that the container uses. A guard that dies by an
// exception reads its evidence and removes its container at once.
#pragma once

#include "drydock/base/deadline.h"

namespace drydock {

/// Waits until every container that is removed in the background is gone, or its removal has failed, which is
/// reported through the log and tried again when the program ends. Returns false when the deadline, by
/// default 60 s, passed first. Thread-safe.
bool drain_background_removals(Deadline deadline = {});

}  // namespace drydock

// What the program did at the engine, in the XML report.
#pragma once

namespace drydock {

/// Records totals of this process's metrics as properties of the whole report. To be called outside of any
/// test and suite. Does nothing when no call was made.
void record_totals();

}  // namespace drydock

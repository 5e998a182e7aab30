// Prints at the program's end where its time went, where DRYDOCK_SUMMARY=1 asks for it.
#pragma once

namespace drydock {

/// Appends the listener of the summary to GoogleTest's, when DRYDOCK_SUMMARY is "1". Any other value but ""
/// and "0" is reported through the log, and is no wish.
void append_summary_if_asked();

}  // namespace drydock

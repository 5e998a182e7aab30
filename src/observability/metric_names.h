// The names of Drydock's own metrics below the container layer's features, in one place so that they read
// alike.
#pragma once

namespace drydock::metric {

inline constexpr const char* kCalls = "drydock_calls";                           // operation, outcome
inline constexpr const char* kCallDuration = "drydock_call_duration_seconds";    // operation
inline constexpr const char* kSentBytes = "drydock_sent_bytes";                  // bodies
inline constexpr const char* kReceivedBytes = "drydock_received_bytes";          // bodies
inline constexpr const char* kRetries = "drydock_retries";                       // operation
inline constexpr const char* kCircuitState = "drydock_circuit_state";            // engine
inline constexpr const char* kCircuitOpened = "drydock_circuit_opened";          // engine
inline constexpr const char* kCircuitRefused = "drydock_circuit_refused";        // engine
inline constexpr const char* kMade = "drydock_objects_made";                     // kind
inline constexpr const char* kRemoved = "drydock_objects_removed";               // kind
inline constexpr const char* kLeaked = "drydock_objects_leaked";                 // kind
inline constexpr const char* kPoolHandOuts = "drydock_pool_hand_outs";           // result: hit or wait
inline constexpr const char* kPoolWait = "drydock_pool_wait_seconds";            // of all hand-outs
inline constexpr const char* kPoolBroken = "drydock_pool_broken";                // containers in quarantine
inline constexpr const char* kPhaseDuration = "drydock_phase_duration_seconds";  // phase

}  // namespace drydock::metric

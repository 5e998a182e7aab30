// The program of an anchor: a container that holds a network for others (src/container/anchor.h). It waits
// for SIGTERM or SIGINT, and ends. It is the only file of its image, so it needs no C library on x86-64 and
// AArch64; elsewhere it is linked with a static one. Built when CMake configures, see
// cmake/DrydockAnchor.cmake.

namespace {

// Linux's numbers, the same on all architectures that are meant here.
constexpr long kSigInt = 2, kSigTerm = 15;

#if defined(__x86_64__)

constexpr long kProcMask = 14, kTimedWait = 128, kExitGroup = 231;

long system_call(long number, long first, long second, long third, long fourth) {
  register long r10 asm("r10") = fourth;
  long result = number;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(first), "S"(second), "d"(third), "r"(r10)
               : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

constexpr long kProcMask = 135, kTimedWait = 137, kExitGroup = 94;

long system_call(long number, long first, long second, long third, long fourth) {
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = first;
  register long x1 asm("x1") = second;
  register long x2 asm("x2") = third;
  register long x3 asm("x3") = fourth;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}

#endif

}  // namespace

#if defined(__x86_64__) || defined(__aarch64__)

// As PID 1 it gets no signal that it has not asked for: it blocks the two, and fetches them.
extern "C" [[noreturn]] void _start() {
  constexpr long kBlock = 0, kBytesOfSet = 8;
  const unsigned long set = 1UL << (kSigInt - 1) | 1UL << (kSigTerm - 1);
  const long where = reinterpret_cast<long>(&set);
  system_call(kProcMask, kBlock, where, 0, kBytesOfSet);
  while (system_call(kTimedWait, where, 0, 0, kBytesOfSet) <= 0) {
  }
  for (;;) {
    system_call(kExitGroup, 0, 0, 0, 0);
  }
}

#else

#include <csignal>

int main() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kSigInt);
  sigaddset(&set, kSigTerm);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return 0;
}

#endif

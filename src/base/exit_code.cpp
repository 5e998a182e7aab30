#include "base/exit_code.h"

namespace drydock {
namespace {

struct SignalName {
  int number;
  const char* name;
};

// Linux's numbers, not this host's: the command runs in a container.
constexpr SignalName kSignals[] = {{1, "SIGHUP"},   {2, "SIGINT"},   {3, "SIGQUIT"},  {4, "SIGILL"},
                                   {6, "SIGABRT"},  {7, "SIGBUS"},   {8, "SIGFPE"},   {9, "SIGKILL"},
                                   {11, "SIGSEGV"}, {13, "SIGPIPE"}, {14, "SIGALRM"}, {15, "SIGTERM"}};

}  // namespace

std::string exit_code_meaning(int exit_code) {
  switch (exit_code) {
    case -1:
      return "none is known";
    case 126:
      return "the command could not be run";
    case 127:
      return "no such command";
    default:
      break;
  }
  for (const SignalName& signal : kSignals) {
    if (exit_code == 128 + signal.number) {
      return signal.name;
    }
  }
  return {};
}

}  // namespace drydock

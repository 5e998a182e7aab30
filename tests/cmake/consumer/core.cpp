// Uses the core without an engine; takes in the parts that need the private dependencies at link time.
#include <cstdio>
#include <cstdlib>
#include <drydock/drydock.h>

int main(int argc, char**) {
  const drydock::Discovery discovery = drydock::discover_engine();
  std::printf("%s\n", discovery.table().c_str());
  // Never true here: what matters is that it links.
  if (argc > 100) {
    const drydock::TestContainer container({.image = "drydock-test/busybox:1"});
    return container.exec({"true"}).exit_code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

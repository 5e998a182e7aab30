# The commands for projects that test with Drydock: find_package(drydock), add_subdirectory and FetchContent include this.
# docs/ctest.md shows their use.
include("${CMAKE_CURRENT_LIST_DIR}/DrydockService.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/DrydockDiscover.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/DrydockPull.cmake")

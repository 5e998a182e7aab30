# Builds the project in consumer/ against Drydock, and runs it.
#
# cmake -DWAY=installed_static|installed_shared|subdirectory -DSOURCE=... -DWORK=... -DGENERATOR=... -DCOMPILER=...
# -DLAUNCHER=... -P consumer.cmake
include("${CMAKE_CURRENT_LIST_DIR}/support.cmake")

# Objects that scripts/test has built elsewhere are as good here: let ccache find them. It does when paths stay
# absolute and the build folder is no part of the key.
set(ENV{CCACHE_BASEDIR} "")
set(ENV{CCACHE_NOHASHDIR} 1)

set(common -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
           -DCMAKE_BUILD_TYPE=Debug)
set(consumer_options "")

file(REMOVE_RECURSE "${WORK}/prefix" "${WORK}/consumer" "${WORK}/drydock/bin" "${WORK}/multi")

if(WAY MATCHES "^installed_")
  set(shared OFF)
  if(WAY STREQUAL installed_shared)
    set(shared ON)
  endif()
  run("${CMAKE_COMMAND}" ${common} -S "${SOURCE}" -B "${WORK}/drydock" -DBUILD_SHARED_LIBS=${shared}
      -DDRYDOCK_BUILD_TESTS=OFF -DDRYDOCK_BUILD_EXAMPLES=OFF -DDRYDOCK_BUILD_BENCH=OFF
      "-DCMAKE_INSTALL_PREFIX=${WORK}/prefix")
  run("${CMAKE_COMMAND}" --build "${WORK}/drydock" -j 2)
  run("${CMAKE_COMMAND}" --install "${WORK}/drydock")
  run("${WORK}/prefix/bin/drydock" --version)
  # What was installed must be found, not what was built.
  file(RENAME "${WORK}/drydock/bin/drydock" "${WORK}/drydock/bin/drydock-as-built")
  list(APPEND consumer_options "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
  set(tool "${WORK}/prefix/bin/drydock")
else()
  # The same flags as in Drydock's own build, so that ccache can help.
  list(APPEND consumer_options "-DFETCHCONTENT_SOURCE_DIR_DRYDOCK=${SOURCE}" -DDRYDOCK_WERROR=ON)
  set(tool "${WORK}/consumer/_deps/drydock-build/bin/drydock")
endif()

run("${CMAKE_COMMAND}" ${common} -S "${SOURCE}/tests/cmake/consumer" -B "${WORK}/consumer" ${consumer_options})
run("${CMAKE_COMMAND}" --build "${WORK}/consumer" -j 2)
run("${WORK}/consumer/core_consumer")
run("${WORK}/consumer/gtest_consumer" --gtest_list_tests)
run("${WORK}/consumer/gtest_consumer" --gtest_filter=Offline.*)
# Where an engine is, a user's test finds its watchdog.
run("${CMAKE_COMMAND}" -E env DRYDOCK_ENGINE=optional "${WORK}/consumer/gtest_consumer" --gtest_filter=Online.*)
if(output MATCHES "no watchdog")
  message(FATAL_ERROR "the consumer's test found no watchdog:\n${output}")
endif()

# What a page tells people to copy.
function(copy_block page language file)
  file(READ "${SOURCE}/${page}" text)
  set(fence "```${language}\n")
  string(LENGTH "${fence}" fence_length)
  string(FIND "${text}" "${fence}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "${page} has no block of ${language}")
  endif()
  math(EXPR begin "${begin} + ${fence_length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "```" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  file(WRITE "${file}" "${text}")
endfunction()

# What needs an engine is left out without one, and that is said.
execute_process(COMMAND "${tool}" ps RESULT_VARIABLE has_engine OUTPUT_QUIET ERROR_VARIABLE problem)
set(no_engine 3)
if(has_engine EQUAL no_engine)
  message(STATUS "consumer, ${WAY}: its service is not brought up: ${problem}")
else()
  include("${CMAKE_CURRENT_LIST_DIR}/consumer_ctest.cmake")
  check_a_run()
  if(WAY STREQUAL installed_static)
    check_ways_to_run()
    check_two_runs_at_once()
    check_multi_config()
  endif()
endif()

if(WAY STREQUAL installed_static)
  # The example is a project of its own.
  run("${CMAKE_COMMAND}" ${common} -S "${SOURCE}/examples/shared_service" -B "${WORK}/shared_service" ${consumer_options})
  run("${CMAKE_COMMAND}" --build "${WORK}/shared_service" -j 2)
  if(NOT has_engine EQUAL no_engine)
    run("${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/shared_service" -j 2)
  endif()

  copy_block(README.md cmake "${WORK}/readme/CMakeLists.txt")
  copy_block(README.md cpp "${WORK}/readme/my_test.cpp")
  run("${CMAKE_COMMAND}" ${common} -S "${WORK}/readme" -B "${WORK}/readme/build" ${consumer_options})
  run("${CMAKE_COMMAND}" --build "${WORK}/readme/build" -j 2)
endif()
message(STATUS "consumer, ${WAY}: built and run")

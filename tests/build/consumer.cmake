# Builds the project in consumer/ against Drydock, and runs it.
#
# cmake -DWAY=installed_static|installed_shared|subdirectory -DSOURCE=... -DWORK=... -DGENERATOR=... -DCOMPILER=...
# -DLAUNCHER=... -P consumer.cmake

# Objects that scripts/test has built elsewhere are as good here: let ccache find them. It does when paths stay
# absolute and the build folder is no part of the key.
set(ENV{CCACHE_BASEDIR} "")
set(ENV{CCACHE_NOHASHDIR} 1)

set(common -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
           -DCMAKE_BUILD_TYPE=Debug)
set(consumer_options "")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed (${status}): ${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}/prefix" "${WORK}/consumer" "${WORK}/drydock/bin")

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
else()
  # The same flags as in Drydock's own build, so that ccache can help.
  list(APPEND consumer_options "-DFETCHCONTENT_SOURCE_DIR_DRYDOCK=${SOURCE}" -DDRYDOCK_WERROR=ON)
endif()

run("${CMAKE_COMMAND}" ${common} -S "${SOURCE}/tests/build/consumer" -B "${WORK}/consumer" ${consumer_options})
run("${CMAKE_COMMAND}" --build "${WORK}/consumer" -j 2)
run("${WORK}/consumer/core_consumer")
run("${WORK}/consumer/gtest_consumer" --gtest_list_tests)
run("${WORK}/consumer/gtest_consumer" --gtest_filter=Offline.*)
# Where an engine is, a user's test finds its watchdog.
run("${CMAKE_COMMAND}" -E env DRYDOCK_ENGINE=optional "${WORK}/consumer/gtest_consumer" --gtest_filter=Online.*)
if(output MATCHES "no watchdog")
  message(FATAL_ERROR "the consumer's test found no watchdog:\n${output}")
endif()

# What the README tells newcomers to copy.
function(copy_block language file)
  file(READ "${SOURCE}/README.md" text)
  set(fence "```${language}\n")
  string(LENGTH "${fence}" fence_length)
  string(FIND "${text}" "${fence}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "README.md has no block of ${language}")
  endif()
  math(EXPR begin "${begin} + ${fence_length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "```" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  file(WRITE "${file}" "${text}")
endfunction()

if(WAY STREQUAL installed_static)
  copy_block(cmake "${WORK}/readme/CMakeLists.txt")
  copy_block(cpp "${WORK}/readme/my_test.cpp")
  run("${CMAKE_COMMAND}" ${common} -S "${WORK}/readme" -B "${WORK}/readme/build" ${consumer_options})
  run("${CMAKE_COMMAND}" --build "${WORK}/readme/build" -j 2)
endif()
message(STATUS "consumer, ${WAY}: built and run")

# Builds the project in discover/, in a folder with spaces, and looks at the tests that CTest has then.
#
# cmake -DSOURCE=... -DWORK=... -DGENERATOR=... -DCOMPILER=... -DLAUNCHER=... -P discover.cmake
include("${CMAKE_CURRENT_LIST_DIR}/support.cmake")

set(tree "${WORK}/a tree")
file(REMOVE_RECURSE "${WORK}")
set(options "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
            "-DDRYDOCK_COMMANDS=${SOURCE}/cmake/Drydock.cmake")

# What `ctest ARGN` prints is to be matched by `pattern`.
function(expect_ctest pattern)
  run(${CMAKE_CTEST_COMMAND} --test-dir "${tree}" ${ARGN})
  expect_match("${output}" "${pattern}" "ctest ${ARGN}")
endfunction()

# The names that `ctest -N ARGN` lists must be these, in any order.
function(expect_tests names)
  run(${CMAKE_CTEST_COMMAND} --test-dir "${tree}" -N ${ARGN})
  string(REGEX MATCHALL "Test +#[0-9]+: [^\n]+" found "${output}")
  list(TRANSFORM found REPLACE "Test +#[0-9]+: " "")
  list(TRANSFORM found REPLACE " \\(Disabled\\)$" "")
  list(SORT found)
  list(SORT names)
  if(NOT found STREQUAL names)
    message(FATAL_ERROR "ctest -N ${ARGN} lists\n  ${found}\nand not\n  ${names}")
  endif()
endfunction()

set(suites
    suites.AllOff
    suites.DISABLED_Off
    suites.DISABLED_Off/Valued
    suites.Named/Valued
    suites.Odd/Valued
    suites.Plain
    suites.PlainAndMore
    suites.Skipping
    suites.SkippingOne
    suites.Switched
    suites.Typed/0
    suites.Typed/1
    suites.Typed/2)

run("${CMAKE_COMMAND}" -G "${GENERATOR}" ${options} -DCMAKE_BUILD_TYPE=Debug -S "${SOURCE}/tests/cmake/discover" -B
    "${tree}")

# Before it is built it is missing, aloud.
run_to_failure(${CMAKE_CTEST_COMMAND} --test-dir "${tree}")
expect_match("${output}" "suites.NOT_BUILT" "ctest of what is not built")

run("${CMAKE_COMMAND}" --build "${tree}" -j 2)

# What would change a run changes no list.
set(ENV{GTEST_FILTER} Nothing.*)
set(ENV{GTEST_OUTPUT} "xml:${WORK}/wrong.xml")
set(ENV{GTEST_TOTAL_SHARDS} 2)
set(ENV{GTEST_SHARD_INDEX} 1)
expect_tests("${suites}" -R "^suites")
unset(ENV{GTEST_FILTER})
unset(ENV{GTEST_OUTPUT})
unset(ENV{GTEST_TOTAL_SHARDS})
unset(ENV{GTEST_SHARD_INDEX})
if(EXISTS "${WORK}/wrong.xml")
  message(FATAL_ERROR "listing wrote a report")
endif()
expect_tests("single.Named/Valued.Passes/one;single.Named/Valued.Passes/two" -R "single.Named")
expect_tests("single.Typed/0.Passes;single.Typed/1.Passes;single.Typed/2.Passes" -R "single.Typed")
expect_tests("single.Plain.Passes;single.Plain.PassesToo;single.Plain.DISABLED_Fails" -R "single.Plain\\.")
expect_tests("whole" -R "^whole")
expect_tests("${suites}" -L shared)
expect_tests("${suites}" -L more)

# They pass, side by side; what is disabled or skips says so.
expect_ctest("100% tests passed" -j 4)
expect_ctest("suites.AllOff [.*]+Not Run \\(Disabled\\)" -R AllOff)
expect_ctest("suites.DISABLED_Off/Valued [.*]+Not Run \\(Disabled\\)" -R DISABLED_Off)
expect_ctest("single.Plain.DISABLED_Fails [.*]+Not Run \\(Disabled\\)" -R single.Plain.DISABLED)
expect_ctest("suites.Skipping [.*]+Skipped" -R "suites.Skipping$")
expect_ctest("suites.SkippingOne [.]+ +Passed" -R suites.SkippingOne)
expect_ctest("\\[==========\\] 2 tests from 1 test suite ran" -V -R "suites.Plain$")
expect_ctest("\\[==========\\] 6 tests from 1 test suite ran" -V -R "suites.Odd/Valued$")
expect_ctest("--note=a b" -V -R "suites.Plain$")
run("${CMAKE_CTEST_COMMAND}" --show-only=json-v1 --test-dir "${tree}")
expect_match("${output}" "\"TWO=a b\"" "the tests' environment")
if(NOT EXISTS "${tree}/xml reports/suites.Odd.Valued.xml")
  message(FATAL_ERROR "there is no XML report of suites.Odd/Valued")
endif()

# A suite that fails is no suite that skips, and is run again by itself.
set(ENV{FAIL_ON_DEMAND} 1)
run_to_failure(${CMAKE_CTEST_COMMAND} --test-dir "${tree}" -R suites --output-junit junit.xml)
expect_match("${output}" "1 tests failed out of" "ctest with a test that fails")
expect_match("${output}" "suites.Switched \\(Failed\\)" "ctest with a test that fails")
unset(ENV{FAIL_ON_DEMAND})
file(READ "${tree}/junit.xml" junit)
expect_match("${junit}" "name=\"suites.Switched\"[^>]*status=\"fail\"" "the JUnit report")
expect_ctest("1/1 Test +#[0-9]+: suites.Switched [.]+ +Passed" --rerun-failed)

# Each shard runs its part of each suite.
set(ENV{GTEST_TOTAL_SHARDS} 3)
set(ENV{GTEST_SHARD_INDEX} 1)
expect_ctest("\\[==========\\] 2 tests from 1 test suite ran" -V -R "suites.Odd/Valued$")
unset(ENV{GTEST_TOTAL_SHARDS})
unset(ENV{GTEST_SHARD_INDEX})

# The program is listed when it is new, not each time.
set(ENV{LISTING_FAILS} 1)
expect_tests("${suites}" -R "^suites")
file(TOUCH "${tree}/suites")
run_to_failure(${CMAKE_CTEST_COMMAND} --test-dir "${tree}" -R suites)
expect_match("${output}" "the tests of 'suites' cannot be listed" "ctest of a program that does not list")
unset(ENV{LISTING_FAILS})

# Several configurations in one folder.
set(tree "${WORK}/multi")
run("${CMAKE_COMMAND}" -G "Ninja Multi-Config" ${options} -S "${SOURCE}/tests/cmake/discover" -B "${tree}")
run("${CMAKE_COMMAND}" --build "${tree}" --config Debug --target suites -j 2)
expect_tests("${suites}" -C Debug -R "^suites")
expect_ctest("100% tests passed" -C debug -R "^suites" -j 4)
run_to_failure(${CMAKE_CTEST_COMMAND} --test-dir "${tree}" -C Release -R "^suites")
expect_match("${output}" "suites.NOT_BUILT" "ctest of a configuration that is not built")
run_to_failure(${CMAKE_CTEST_COMMAND} --test-dir "${tree}" -R "^suites")
expect_match("${output}" "Missing \"-C <config>\"" "ctest without a configuration")
message(STATUS "drydock_discover_tests: adds what a program has")

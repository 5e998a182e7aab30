# Runs the tests of consumer/, which share a service, in the ways that people run ctest. Is included by consumer.cmake.

# Runs ctest in the consumer's folder; it must succeed. Sets `output`, and `containers`: the containers that the tests were
# given, each once.
function(run_ctest)
  set(log "${WORK}/service.log")
  file(REMOVE "${log}")
  run("${CMAKE_COMMAND}" -E env "SERVICE_LOG=${log}" "${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/consumer" ${ARGN})
  set(containers "")
  if(EXISTS "${log}")
    file(STRINGS "${log}" containers)
    list(REMOVE_DUPLICATES containers)
  endif()
  set(output "${output}" PARENT_SCOPE)
  set(containers "${containers}" PARENT_SCOPE)
endfunction()

function(expect_one_container what)
  list(LENGTH containers count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${what}: the tests were given ${count} containers: ${containers}\n${output}")
  endif()
endfunction()

# None of what runs of this folder brought up may be left, nor a state file.
function(expect_all_down what)
  file(GLOB states "${WORK}/consumer/drydock/web-*.json")
  if(states)
    message(FATAL_ERROR "${what}: left behind: ${states}")
  endif()
  run("${tool}" ps --json)
  foreach(id IN LISTS containers)
    if(output MATCHES "${id}")
      message(FATAL_ERROR "${what}: the container ${id} is left behind")
    endif()
  endforeach()
endfunction()

# The usual way, with one process for each suite, side by side.
function(check_a_run)
  run_ctest(-j 4 --output-junit junit.xml)
  expect_one_container("ctest -j 4")
  expect_all_down("ctest -j 4")
  file(READ "${WORK}/consumer/junit.xml" junit)
  foreach(name web.up web.down service_consumer.First service_consumer.Typed/1)
    expect_match("${junit}" "testcase name=\"${name}\"[^>]*status=\"run\"" "the JUnit report")
  endforeach()
endfunction()

function(check_ways_to_run)
  run_ctest(-R Second)
  expect_match("${output}" "web.up.*service_consumer.Second.*web.down" "ctest -R Second")
  expect_one_container("ctest -R Second")

  run_ctest(-R "First|Second" --repeat until-fail:2)
  expect_match("${output}" "100% tests passed" "ctest --repeat until-fail:2")
  expect_all_down("ctest --repeat until-fail:2")

  set(ENV{FAIL_ON_DEMAND} 1)
  run_to_failure("${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/consumer" --output-on-failure)
  unset(ENV{FAIL_ON_DEMAND})
  expect_match("${output}" "1 tests failed out of" "ctest with a test that fails")
  expect_match("${output}" "Drydock: the container at the failure of Third.FailsOnDemand" "the failing test's evidence")
  expect_all_down("ctest with a test that fails")
  run_ctest(--rerun-failed)
  expect_match("${output}" "web.up.*service_consumer.Third.*100% tests passed" "ctest --rerun-failed")

  set(ENV{GTEST_TOTAL_SHARDS} 2)
  set(ENV{GTEST_SHARD_INDEX} 0)
  run_ctest(-j 4)
  expect_one_container("ctest with sharding")
  unset(ENV{GTEST_TOTAL_SHARDS})
  unset(ENV{GTEST_SHARD_INDEX})
  expect_all_down("ctest with sharding")

  set(ENV{CONSUMER_BUILD} "${WORK}/consumer")
  execute_process(
    COMMAND "${CMAKE_CTEST_COMMAND}" --preset given
    WORKING_DIRECTORY "${SOURCE}/tests/cmake/consumer"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  if(NOT status EQUAL 0 OR NOT output MATCHES "web.up")
    message(FATAL_ERROR "ctest --preset given: ${status}\n${output}")
  endif()
endfunction()

# Each has a service of its own.
function(check_two_runs_at_once)
  file(REMOVE "${WORK}/one.log" "${WORK}/two.log")
  # Both write CTest's own log files: what they print is kept apart.
  run(sh -c
      "for log in one two
       do
         SERVICE_LOG=$1/$log.log \"$2\" --test-dir \"$1/consumer\" -j 2 >\"$1/$log.out\" 2>&1 &
         pids=\"$pids $!\"
       done
       for pid in $pids
       do
         wait $pid || failed=1
       done
       test -z \"$failed\" || { cat \"$1\"/*.out >&2
         exit 1
       }"
      sh "${WORK}" "${CMAKE_CTEST_COMMAND}")
  set(all "")
  foreach(log one two)
    file(STRINGS "${WORK}/${log}.log" containers)
    list(REMOVE_DUPLICATES containers)
    expect_one_container("two runs of ctest at once")
    list(APPEND all ${containers})
  endforeach()
  list(REMOVE_DUPLICATES all)
  set(containers "${all}")
  list(LENGTH all count)
  if(NOT count EQUAL 2)
    message(FATAL_ERROR "two runs of ctest at once shared a container: ${all}")
  endif()
  expect_all_down("two runs of ctest at once")
endfunction()

# A folder of several configurations.
function(check_multi_config)
  run("${CMAKE_COMMAND}" -G "Ninja Multi-Config" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
      ${consumer_options} -S "${SOURCE}/tests/cmake/consumer" -B "${WORK}/multi")
  run("${CMAKE_COMMAND}" --build "${WORK}/multi" --config Debug --target service_consumer -j 2)
  run("${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/multi" -C Debug -j 4)
  expect_match("${output}" "web.up.*service_consumer.Typed/0" "ctest -C Debug")
endfunction()

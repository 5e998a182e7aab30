# Gives Drydock's CMake commands good and bad arguments, and looks at the tests that come of the good ones.
#
# cmake -DSOURCE=... -DWORK=... -DGENERATOR=... -P arguments.cmake
include("${CMAKE_CURRENT_LIST_DIR}/support.cmake")
file(REMOVE_RECURSE "${WORK}")

set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DDRYDOCK_COMMANDS=${SOURCE}/cmake/Drydock.cmake"
              "-DCODE=${WORK}/code.cmake" -S "${SOURCE}/tests/cmake/arguments" -B "${WORK}/build")

# The code must end the configuration with a message that matches; line breaks of the message do not count.
function(expect_refused code pattern)
  file(WRITE "${WORK}/code.cmake" "${code}\n")
  run_to_failure(${configure} ${ARGN})
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  expect_match("${output}" "${pattern}" "${code}")
endfunction()

set(pg "drydock_add_service(NAME pg IMAGE postgres:16")
expect_refused("drydock_add_service(IMAGE x)" "NAME is missing")
expect_refused("drydock_add_service(NAME \"a b\" IMAGE x)" "NAME is 'a b'")
expect_refused("drydock_add_service(NAME -a IMAGE x)" "NAME is '-a'")
expect_refused("drydock_add_service(NAME pg)" "NAME pg\\): IMAGE is missing")
expect_refused("drydock_add_service(NAME pg IMAGE)" "IMAGE has no value")
expect_refused("${pg} ENVIRONMENT A=1)" "'A=1' is no argument|'ENVIRONMENT' is no argument")
expect_refused("${pg} FIXTURE Postgres)" "FIXTURE is 'Postgres'")
expect_refused("${pg} ENV 1A)" "'1A' in ENV")
expect_refused("${pg} PORTS 5432/icmp)" "'5432/icmp' is no port")
expect_refused("${pg} PORTS http)" "'http' is no port")
expect_refused("${pg} WAIT ready)" "'ready' in WAIT")
expect_refused("${pg} WAIT healthy:1)" "'healthy:1' in WAIT")
expect_refused("${pg} FILES a.sql)" "'a.sql' in FILES")
expect_refused("${pg} READY_TIMEOUT soon)" "READY_TIMEOUT is 'soon'")
expect_refused("${pg} PULL maybe)" "PULL is 'maybe'")
expect_refused("${pg})\n${pg})" "there is 'pg' already")
expect_refused("drydock_add_service(NAME a-b IMAGE x)\ndrydock_add_service(NAME a_b IMAGE x)" "there is 'a-b' already")
expect_refused("${pg} PORTS 15432:5432)\ndrydock_add_service(NAME other IMAGE x PORTS 15432:1)"
               "host port of '15432:1' is another")
expect_refused("${pg})" "needs the program drydock" -DWITHOUT_TOOL=ON)
file(REMOVE_RECURSE "${WORK}/build")

expect_refused("drydock_discover_tests(nosuch)" "'nosuch' is no target")
expect_refused("drydock_discover_tests(library)" "'library' is no program")
expect_refused("drydock_discover_tests(tests PER_TEST WHOLE)" "exclude each other")
expect_refused("drydock_discover_tests(tests SERVICES pg)" "'pg' in SERVICES is no service")
expect_refused("drydock_discover_tests(tests PROPERTIES TIMEOUT)" "'TIMEOUT', the last of PROPERTIES")
expect_refused("drydock_discover_tests(tests PER_PROGRAM)" "'PER_PROGRAM' is no argument")
expect_refused("drydock_discover_tests(tests DISCOVERY_TIMEOUT 0)" "DISCOVERY_TIMEOUT is '0'")
expect_refused("drydock_discover_tests(tests LABELS)" "LABELS has no value")
expect_refused("drydock_discover_tests(tests)\ndrydock_discover_tests(tests)" "there already")

# Every character reaches the tool, and the tests.
file(
  WRITE "${WORK}/code.cmake"
  [=[
drydock_add_service(NAME my-pg IMAGE "reg:5000/pg:16" COMMAND sh -c "a; b" ENV "A=x;y z" B "C=\"q\"" PORTS 5432 15433:5433/udp
  MOUNTS "type=tmpfs,target=/t" FILES a.sql:/a.sql /b.sql:/b.sql WAIT "log*2:is ready; really" http READY_TIMEOUT 2.5
  PULL never)
drydock_add_service(NAME plain IMAGE x)
drydock_add_service(NAME ready FIXTURE postgres ENV POSTGRES_DB=orders)
drydock_discover_tests(tests WHOLE SERVICES my-pg plain PROPERTIES ENVIRONMENT "A=1;B=2" FIXTURES_REQUIRED mine)
]=])
run(${configure})
run("${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/build" --show-only=json-v1)
string(REGEX REPLACE "^.*\n{" "{" json "\n${output}")
string(JSON count LENGTH "${json}" tests)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  string(JSON name GET "${json}" tests ${i} name)
  string(JSON "command_${name}" GET "${json}" tests ${i} command)
  string(JSON "properties_${name}" GET "${json}" tests ${i} properties)
endforeach()

function(expect_words name)
  set(expected "[]")
  set(index 0)
  foreach(word IN LISTS ARGN)
    string(REPLACE "\\" "\\\\" word "${word}")
    string(REPLACE "\"" "\\\"" word "${word}")
    string(JSON expected SET "${expected}" ${index} "\"${word}\"")
    math(EXPR index "${index} + 1")
  endforeach()
  string(JSON is_equal EQUAL "${expected}" "${command_${name}}")
  if(NOT is_equal)
    message(FATAL_ERROR "${name} is\n${command_${name}}\nand not\n${expected}")
  endif()
endfunction()

expect_words(ready.up /usr/bin/env up ready "--state=${WORK}/build/drydock/ready-{session}.json" --fixture=postgres
             --env=POSTGRES_DB=orders)

set(state "${WORK}/build/drydock/my-pg-{session}.json")
expect_words(
  my-pg.up
  /usr/bin/env
  up
  my-pg
  "--state=${state}"
  --image=reg:5000/pg:16
  --ready-timeout=2.5
  --pull=never
  "--env=A=x\;y z"
  --env=B
  "--env=C=\"q\""
  --publish=5432
  --publish=15433:5433/udp
  --mount=type=tmpfs,target=/t
  "--file=${SOURCE}/tests/cmake/arguments/a.sql:/a.sql"
  --file=/b.sql:/b.sql
  "--wait=log*2:is ready\; really"
  --wait=http
  --
  sh
  -c
  "a\; b")
expect_words(my-pg.down /usr/bin/env down my-pg "--state=${state}")
expect_match("${properties_tests}" "\"DRYDOCK_SERVICE_MY_PG=${state}\"" "the tests' environment")
expect_match("${properties_tests}" "\"B=2\"" "the tests' environment")
foreach(word mine drydock.my-pg drydock.plain drydock.port.15433)
  expect_match("${properties_tests}" "\"${word}\"" "the tests' properties")
endforeach()
expect_match("${properties_my-pg.up}" "FIXTURES_SETUP.*drydock.my-pg" "the properties of my-pg.up")
expect_match("${properties_my-pg.down}" "FIXTURES_CLEANUP.*drydock.my-pg" "the properties of my-pg.down")
message(STATUS "drydock_add_service, drydock_discover_tests: take and refuse what they should")

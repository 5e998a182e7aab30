# Is read by ctest for each target of drydock_discover_tests: lists the program's tests, or takes the list from the last
# time, and adds them. The variables are set by the file that includes this: target, mode, executable, emulator, extra_args,
# cmake, working_directory, xml_directory, discovery_timeout, list_file, properties and property_NAME.
cmake_policy(VERSION 3.24)

# Writes "Suite.Test" lines to list_file.
function(drydock_list_tests)
  # What is set for the run of the tests must not shorten the list, or write over a report.
  execute_process(
    COMMAND "${cmake}" -E env --unset=GTEST_OUTPUT --unset=GTEST_FLAGFILE ${emulator} "${executable}"
            --gtest_list_tests --gtest_filter=* --gtest_color=no ${extra_args}
    WORKING_DIRECTORY "${working_directory}"
    TIMEOUT ${discovery_timeout}
    OUTPUT_VARIABLE output
    ERROR_VARIABLE errors
    RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "the tests of '${target}' cannot be listed: '${executable} --gtest_list_tests' ended with "
                        "'${result}'. Run it by hand, or raise DISCOVERY_TIMEOUT of drydock_discover_tests. It wrote:\n"
                        "${output}${errors}")
  endif()
  # Comments name types and values, in any characters. What the program prints beside the list is passed over.
  string(REGEX REPLACE "[ \t]*#[^\n]*" "" output "${output}")
  string(REGEX REPLACE "[ \t\r]*\n" "\n\n" output "\n${output}\n")
  string(REGEX MATCHALL "\n(  )?[^][ \t\r\n.;#]+\\.?\n" lines "${output}")
  set(suite "")
  set(names "")
  foreach(line IN LISTS lines)
    string(REPLACE "\n" "" line "${line}")
    if(line MATCHES "^([^ ]+)\\.$")
      set(suite "${CMAKE_MATCH_1}")
    elseif(line MATCHES "^  ([^ .]+)$" AND NOT suite STREQUAL "")
      string(APPEND names "${suite}.${CMAKE_MATCH_1}\n")
    endif()
  endforeach()
  if(names STREQUAL "")
    message(WARNING "'${executable}' lists no tests: '${target}' adds none")
  endif()
  # Another ctest may do the same now.
  string(RANDOM LENGTH 12 unique)
  file(WRITE "${list_file}.${unique}" "${names}")
  file(RENAME "${list_file}.${unique}" "${list_file}")
endfunction()

# Adds one test of CTest: a process that runs what `filter` names.
function(drydock_add_process name filter is_disabled)
  set(arguments ${extra_args})
  if(NOT filter STREQUAL "")
    list(PREPEND arguments "--gtest_filter=${filter}")
  endif()
  if(NOT xml_directory STREQUAL "")
    string(REPLACE "/" "." file "${name}")
    list(PREPEND arguments "--gtest_output=xml:${xml_directory}/${file}.xml")
  endif()
  add_test("${name}" ${emulator} "${executable}" ${arguments})
  # Skipped is a process all of whose tests were; one that ran others, or failed, is not.
  set_tests_properties(
    "${name}"
    PROPERTIES
      WORKING_DIRECTORY "${working_directory}"
      SKIP_REGULAR_EXPRESSION
      "\\[  PASSED  \\] 0 tests\\.\n\\[  SKIPPED \\] [0-9]+ tests?, listed below:\n(\\[  SKIPPED \\] [^\n]*\n)+([^[]|$)")
  foreach(property IN LISTS properties)
    set_tests_properties("${name}" PROPERTIES ${property} "${property_${property}}")
  endforeach()
  if(is_disabled)
    set_tests_properties("${name}" PROPERTIES DISABLED TRUE)
  endif()
endfunction()

# Sets `out` to whether GoogleTest leaves a suite's test out when it is not asked for it.
function(drydock_is_disabled out suite test)
  if(suite MATCHES "(^|/)DISABLED_" OR test MATCHES "(^|/)DISABLED_")
    set(${out} TRUE PARENT_SCOPE)
  else()
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()

function(drydock_add_listed_tests)
  if("${executable}" IS_NEWER_THAN "${list_file}")
    drydock_list_tests()
  endif()
  file(STRINGS "${list_file}" names)
  set(suites "")
  foreach(name IN LISTS names)
    string(FIND "${name}" "." dot)
    string(SUBSTRING "${name}" 0 ${dot} suite)
    math(EXPR dot "${dot} + 1")
    string(SUBSTRING "${name}" ${dot} -1 test)
    drydock_is_disabled(is_disabled "${suite}" "${test}")
    if(mode STREQUAL "PER_TEST")
      drydock_add_process("${target}.${name}" "${name}" ${is_disabled})
    elseif(NOT DEFINED "runs_${suite}")
      list(APPEND suites "${suite}")
      set("runs_${suite}" FALSE)
    endif()
    if(NOT is_disabled)
      set("runs_${suite}" TRUE)
    endif()
  endforeach()
  foreach(suite IN LISTS suites)
    set(is_disabled TRUE)
    if("${runs_${suite}}")
      set(is_disabled FALSE)
    endif()
    drydock_add_process("${target}.${suite}" "${suite}.*" ${is_disabled})
  endforeach()
endfunction()

if(NOT EXISTS "${executable}")
  # CTest says that there is no such program, and counts it as a failure.
  add_test("${target}.NOT_BUILT" "${executable}")
elseif(mode STREQUAL "WHOLE")
  drydock_add_process("${target}" "" FALSE)
else()
  drydock_add_listed_tests()
endif()

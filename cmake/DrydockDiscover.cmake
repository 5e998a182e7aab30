# drydock_discover_tests: the tests of a GoogleTest program as tests of CTest, one process for each suite.
#
#   drydock_discover_tests(target [PER_SUITE|PER_TEST|WHOLE] [SERVICES name...] [LABELS label...]
#                          [PROPERTIES name value...] [EXTRA_ARGS arg...] [WORKING_DIRECTORY dir] [XML_DIRECTORY dir]
#                          [DISCOVERY_TIMEOUT seconds])
#
#   PER_SUITE          the default: what a suite shares (SuiteContainer, SetUpTestSuite) is set up once for it.
#                      The tests are named target.Suite
#   PER_TEST           a process for each test, named target.Suite.Test
#   WHOLE              one process, named target
#   SERVICES           services of drydock_add_service that the tests need: drydock::attach(name) gives them
#   PROPERTIES         for each test; ENVIRONMENT, FIXTURES_REQUIRED, LABELS and RESOURCE_LOCK add to what is there
#   WORKING_DIRECTORY  the current binary directory by default
#   XML_DIRECTORY      where each process writes GoogleTest's XML report, named after the test; none by default
#   DISCOVERY_TIMEOUT  of the listing, 30 by default
#
# The program is asked for its tests when ctest starts and the program is newer than the last list. Listing runs no test
# and asks no engine.

# Sets `out` to `value` as a bracket argument, which keeps every character.
function(drydock_bracket out value)
  set(fence "")
  while(value MATCHES "\\]${fence}(\\]|$)")
    string(APPEND fence "=")
  endwhile()
  set(${out} "[${fence}[${value}]${fence}]" PARENT_SCOPE)
endfunction()

# Sets `out` to lines of set() for the properties of each test.
function(drydock_property_lines out services labels properties)
  set(lines "")
  set(ENVIRONMENT "")
  set(FIXTURES_REQUIRED "")
  set(RESOURCE_LOCK "")
  set(LABELS "${labels}")
  foreach(service IN LISTS services)
    drydock_service_variable(variable "${service}")
    get_property(name GLOBAL PROPERTY ${variable}_NAME)
    if(NOT name STREQUAL service)
      message(FATAL_ERROR "drydock_discover_tests: '${service}' in SERVICES is no service; add it before this, by "
                          "drydock_add_service(NAME ${service} IMAGE ...)")
    endif()
    get_property(state GLOBAL PROPERTY ${variable}_STATE)
    get_property(locks GLOBAL PROPERTY ${variable}_LOCKS)
    list(APPEND ENVIRONMENT "${variable}=${state}")
    list(APPEND FIXTURES_REQUIRED "drydock.${service}")
    list(APPEND RESOURCE_LOCK ${locks})
  endforeach()
  set(names "")
  list(LENGTH properties count)
  math(EXPR is_odd "${count} % 2")
  if(is_odd)
    list(GET properties -1 last)
    message(FATAL_ERROR "drydock_discover_tests: '${last}', the last of PROPERTIES, has no value; write name and value by turns")
  endif()
  # By index: a value that is a list itself stays one element only so.
  set(index 0)
  while(index LESS count)
    list(GET properties ${index} name)
    math(EXPR index "${index} + 1")
    list(GET properties ${index} value)
    math(EXPR index "${index} + 1")
    if(name MATCHES "^(ENVIRONMENT|FIXTURES_REQUIRED|RESOURCE_LOCK|LABELS)$")
      list(APPEND ${name} "${value}")
    else()
      list(APPEND names "${name}")
      drydock_bracket(value "${value}")
      string(APPEND lines "set(property_${name} ${value})\n")
    endif()
  endwhile()
  foreach(name ENVIRONMENT FIXTURES_REQUIRED RESOURCE_LOCK LABELS)
    if(NOT "${${name}}" STREQUAL "")
      list(APPEND names "${name}")
      drydock_bracket(value "${${name}}")
      string(APPEND lines "set(property_${name} ${value})\n")
    endif()
  endforeach()
  set(${out} "${lines}set(properties ${names})\n" PARENT_SCOPE)
endfunction()

function(drydock_discover_tests target)
  set(modes PER_SUITE PER_TEST WHOLE)
  set(values WORKING_DIRECTORY XML_DIRECTORY DISCOVERY_TIMEOUT)
  set(lists SERVICES LABELS PROPERTIES EXTRA_ARGS)
  cmake_parse_arguments(PARSE_ARGV 1 arg "${modes}" "${values}" "${lists}")
  drydock_require_known(drydock_discover_tests "${modes};${values};${lists}" "${arg_UNPARSED_ARGUMENTS}"
                        "${arg_KEYWORDS_MISSING_VALUES}")
  if(NOT TARGET "${target}")
    message(FATAL_ERROR "drydock_discover_tests: '${target}' is no target; name one of add_executable, after it")
  endif()
  get_target_property(type "${target}" TYPE)
  if(NOT type STREQUAL "EXECUTABLE")
    message(FATAL_ERROR "drydock_discover_tests: '${target}' is no program; name a target of add_executable")
  endif()
  set(mode "")
  foreach(candidate IN LISTS modes)
    if(arg_${candidate})
      list(APPEND mode "${candidate}")
    endif()
  endforeach()
  list(LENGTH mode chosen)
  if(chosen GREATER 1)
    message(FATAL_ERROR "drydock_discover_tests(${target}): ${mode} exclude each other; choose one")
  endif()
  if(mode STREQUAL "")
    set(mode PER_SUITE)
  endif()
  if(NOT DEFINED arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  if(NOT DEFINED arg_DISCOVERY_TIMEOUT)
    set(arg_DISCOVERY_TIMEOUT 30)
  elseif(NOT arg_DISCOVERY_TIMEOUT MATCHES "^[1-9][0-9]*$")
    message(FATAL_ERROR "drydock_discover_tests(${target}): DISCOVERY_TIMEOUT is '${arg_DISCOVERY_TIMEOUT}'; give a number of "
                        "seconds")
  endif()
  if(DEFINED arg_XML_DIRECTORY)
    cmake_path(ABSOLUTE_PATH arg_XML_DIRECTORY BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  get_property(is_used TARGET "${target}" PROPERTY DRYDOCK_DISCOVERED SET)
  if(is_used)
    message(FATAL_ERROR "drydock_discover_tests: the tests of '${target}' are there already; call it once for a target")
  endif()
  set_property(TARGET "${target}" PROPERTY DRYDOCK_DISCOVERED TRUE)

  if(arg_SERVICES AND TARGET drydock_tool)
    add_dependencies("${target}" drydock_tool) # who builds the tests can bring their services up
  endif()

  drydock_property_lines(property_lines "${arg_SERVICES}" "${arg_LABELS}" "${arg_PROPERTIES}")
  set(base "${CMAKE_CURRENT_BINARY_DIR}/drydock/${target}")
  set(content "")
  foreach(
    pair
    "target|${target}"
    "mode|${mode}"
    "executable|$<TARGET_FILE:${target}>"
    "emulator|$<TARGET_PROPERTY:${target},CROSSCOMPILING_EMULATOR>"
    "cmake|${CMAKE_COMMAND}"
    "extra_args|${arg_EXTRA_ARGS}"
    "working_directory|${arg_WORKING_DIRECTORY}"
    "xml_directory|${arg_XML_DIRECTORY}"
    "discovery_timeout|${arg_DISCOVERY_TIMEOUT}"
    "list_file|${base}-$<CONFIG>.list")
    string(FIND "${pair}" "|" bar)
    string(SUBSTRING "${pair}" 0 ${bar} name)
    math(EXPR bar "${bar} + 1")
    string(SUBSTRING "${pair}" ${bar} -1 value)
    drydock_bracket(value "${value}")
    string(APPEND content "set(${name} ${value})\n")
  endforeach()
  string(APPEND content "${property_lines}")
  drydock_bracket(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/DrydockDiscoveredTests.cmake")
  string(APPEND content "include(${script})\n")
  file(GENERATE OUTPUT "${base}-$<CONFIG>.cmake" CONTENT "${content}")

  get_property(is_multi GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  drydock_bracket(quoted_base "${base}")
  drydock_bracket(quoted_target "${target}")
  if(is_multi)
    set(entry "set(base ${quoted_base})\n")
    string(APPEND entry "set(is_known FALSE)\n"
           "string(TOLOWER \"\${CTEST_CONFIGURATION_TYPE}\" wanted)\n"
           "foreach(config ${CMAKE_CONFIGURATION_TYPES})\n"
           "  string(TOLOWER \"\${config}\" name)\n"
           "  if(wanted STREQUAL name)\n"
           "    set(is_known TRUE)\n"
           "    include(\"\${base}-\${config}.cmake\")\n"
           "  endif()\n"
           "endforeach()\n"
           "if(NOT is_known)\n"
           "  add_test(${quoted_target} NOT_AVAILABLE)\n"
           "endif()\n")
  else()
    drydock_bracket(only "${base}-${CMAKE_BUILD_TYPE}.cmake")
    set(entry "include(${only})\n")
  endif()
  file(CONFIGURE OUTPUT "${base}-tests.cmake" CONTENT "${entry}" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${base}-tests.cmake")
endfunction()

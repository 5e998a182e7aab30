# drydock_add_service: a container that tests of one ctest run share, as a CTest fixture.
#
#   drydock_add_service(NAME pg IMAGE ref|FIXTURE postgres [COMMAND word...] [ENV NAME=VALUE...] [PORTS port...]
#                       [MOUNTS mount...] [FILES host:container...] [WAIT condition...] [READY_TIMEOUT seconds]
#                       [PULL missing|always|never])
#
# A FIXTURE is one of the ready-made services: it brings image, ports and readiness, and what else is said comes on top.
# Adds the tests pg.up and pg.down, which start and remove the container by the program drydock; values are those of
# `drydock up`. CTest runs them around the tests that drydock_discover_tests(... SERVICES pg) adds, once in a run, and
# only when one of those runs. A host port that is fixed gives the tests a lock, so that they do not run at the same time.

# The fixture, variable and file of a service; set by drydock_add_service, read by drydock_discover_tests.
define_property(GLOBAL PROPERTY DRYDOCK_SERVICES)
define_property(GLOBAL PROPERTY DRYDOCK_HOST_PORTS)

# Ends the configuration for what cmake_parse_arguments could not place.
function(drydock_require_known command keywords unparsed missing)
  if(unparsed)
    list(GET unparsed 0 first)
    message(FATAL_ERROR "${command}: '${first}' is no argument; known are ${keywords}")
  endif()
  if(missing)
    list(GET missing 0 first)
    message(FATAL_ERROR "${command}: ${first} has no value; give it one or leave it out")
  endif()
endfunction()

# Sets `out` to the name of the variable that hands a test the service's state file.
function(drydock_service_variable out service)
  string(TOUPPER "${service}" upper)
  string(REPLACE "-" "_" upper "${upper}")
  set(${out} "DRYDOCK_SERVICE_${upper}" PARENT_SCOPE)
endfunction()

# Sets `out` to the host port that a port in docker's notation fixes; empty when the engine is to choose one.
function(drydock_fixed_host_port out service port)
  if(NOT port MATCHES "^((([0-9.]+|\\[[0-9a-fA-F:.]+\\]):)?([0-9]*):)?[0-9]+(/(tcp|udp|sctp))?$")
    message(FATAL_ERROR "drydock_add_service(NAME ${service}): '${port}' is no port; write [[IP:]HOST:]CONTAINER[/PROTOCOL], "
                        "such as 5432 or 15432:5432")
  endif()
  set(host "${CMAKE_MATCH_4}")
  if(host STREQUAL "0")
    set(host "")
  endif()
  set(${out} "${host}" PARENT_SCOPE)
endfunction()

function(drydock_check_service service image fixture ready_timeout env wait files)
  if(service STREQUAL "")
    message(FATAL_ERROR "drydock_add_service: NAME is missing; name the service, as in NAME pg")
  endif()
  if(NOT service MATCHES "^[A-Za-z0-9][A-Za-z0-9_-]*$")
    message(FATAL_ERROR "drydock_add_service: NAME is '${service}'; use letters, digits, '-' and '_'")
  endif()
  if(image STREQUAL "" AND fixture STREQUAL "")
    message(FATAL_ERROR "drydock_add_service(NAME ${service}): IMAGE is missing; name the image that it runs, or a FIXTURE, such as "
                        "postgres")
  endif()
  if(NOT fixture MATCHES "^[a-z0-9-]*$")
    message(FATAL_ERROR "drydock_add_service(NAME ${service}): FIXTURE is '${fixture}'; name a ready-made service, such as postgres")
  endif()
  if(NOT ready_timeout STREQUAL "" AND NOT ready_timeout MATCHES "^[0-9]+(\\.[0-9]+)?$")
    message(FATAL_ERROR "drydock_add_service(NAME ${service}): READY_TIMEOUT is '${ready_timeout}'; give a number of seconds")
  endif()
  foreach(pair IN LISTS env)
    if(NOT pair MATCHES "^[A-Za-z_][A-Za-z0-9_.-]*(=|$)")
      message(FATAL_ERROR "drydock_add_service(NAME ${service}): '${pair}' in ENV is not NAME=VALUE")
    endif()
  endforeach()
  foreach(condition IN LISTS wait)
    if(NOT condition MATCHES "^(log(\\*[0-9]+)?:.|port(:[0-9]+)?$|http(:|$)|healthy$|exec:.|exited(:[0-9]+)?$)")
      message(FATAL_ERROR "drydock_add_service(NAME ${service}): '${condition}' in WAIT is no condition; write log:TEXT, "
                          "log*TIMES:TEXT, port:8080, http:8080/path, healthy, exec:COMMAND or exited")
    endif()
  endforeach()
  foreach(file IN LISTS files)
    if(NOT file MATCHES "^.+:/.")
      message(FATAL_ERROR "drydock_add_service(NAME ${service}): '${file}' in FILES is not HOST:CONTAINER with an absolute path "
                          "in the container")
    endif()
  endforeach()
endfunction()

function(drydock_add_service)
  set(lists COMMAND ENV PORTS MOUNTS FILES WAIT)
  set(values NAME IMAGE FIXTURE READY_TIMEOUT PULL)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "${values}" "${lists}")
  drydock_require_known(drydock_add_service "${values};${lists}" "${arg_UNPARSED_ARGUMENTS}"
                        "${arg_KEYWORDS_MISSING_VALUES}")
  foreach(value IN LISTS values lists)
    if(NOT DEFINED arg_${value})
      set(arg_${value} "")
    endif()
  endforeach()
  drydock_check_service("${arg_NAME}" "${arg_IMAGE}" "${arg_FIXTURE}" "${arg_READY_TIMEOUT}" "${arg_ENV}" "${arg_WAIT}"
                        "${arg_FILES}")
  if(NOT arg_PULL MATCHES "^(missing|always|never)?$")
    message(FATAL_ERROR "drydock_add_service(NAME ${arg_NAME}): PULL is '${arg_PULL}'; use missing, always or never")
  endif()
  if(NOT TARGET drydock::tool)
    message(FATAL_ERROR "drydock_add_service(NAME ${arg_NAME}) needs the program drydock, and this Drydock was built without: "
                        "configure it with DRYDOCK_BUILD_TOOL=ON")
  endif()
  drydock_service_variable(variable "${arg_NAME}")
  get_property(services GLOBAL PROPERTY DRYDOCK_SERVICES)
  if(variable IN_LIST services)
    get_property(other GLOBAL PROPERTY ${variable}_NAME)
    message(FATAL_ERROR "drydock_add_service: NAME is '${arg_NAME}', and there is '${other}' already: both would hand tests "
                        "${variable}; take another name")
  endif()

  set(locks "")
  foreach(port IN LISTS arg_PORTS)
    drydock_fixed_host_port(host "${arg_NAME}" "${port}")
    if(NOT host STREQUAL "")
      get_property(taken GLOBAL PROPERTY DRYDOCK_HOST_PORTS)
      if("${host}" IN_LIST taken)
        message(FATAL_ERROR "drydock_add_service(NAME ${arg_NAME}): the host port of '${port}' is another service's already, and "
                            "both may be up at once; leave it out and ask for the port that it got, or take another")
      endif()
      set_property(GLOBAL APPEND PROPERTY DRYDOCK_HOST_PORTS "${host}")
      list(APPEND locks "drydock.port.${host}")
    endif()
  endforeach()

  # {session} is the ctest run: two of them may use a build folder at once.
  set(state "${CMAKE_CURRENT_BINARY_DIR}/drydock/${arg_NAME}-{session}.json")
  set(up up "${arg_NAME}" "--state=${state}")
  if(NOT arg_IMAGE STREQUAL "")
    list(APPEND up "--image=${arg_IMAGE}")
  endif()
  if(NOT arg_FIXTURE STREQUAL "")
    list(APPEND up "--fixture=${arg_FIXTURE}")
  endif()
  if(NOT arg_READY_TIMEOUT STREQUAL "")
    list(APPEND up "--ready-timeout=${arg_READY_TIMEOUT}")
  endif()
  if(NOT arg_PULL STREQUAL "")
    list(APPEND up "--pull=${arg_PULL}")
  endif()
  foreach(pair "ENV|--env" "PORTS|--publish" "MOUNTS|--mount" "FILES|--file" "WAIT|--wait")
    string(REGEX MATCH "^(.*)\\|(.*)$" ignored "${pair}")
    set(keyword "${CMAKE_MATCH_1}")
    set(option "${CMAKE_MATCH_2}")
    foreach(value IN LISTS arg_${keyword})
      if(keyword STREQUAL "FILES" AND NOT value MATCHES "^/")
        set(value "${CMAKE_CURRENT_SOURCE_DIR}/${value}")
      endif()
      string(REPLACE ";" "\\;" value "${value}")
      list(APPEND up "${option}=${value}")
    endforeach()
  endforeach()
  if(arg_COMMAND)
    list(APPEND up --)
    foreach(word IN LISTS arg_COMMAND)
      string(REPLACE ";" "\\;" word "${word}")
      list(APPEND up "${word}")
    endforeach()
  endif()

  add_test(NAME "${arg_NAME}.up" COMMAND "$<TARGET_FILE:drydock::tool>" ${up})
  add_test(NAME "${arg_NAME}.down" COMMAND "$<TARGET_FILE:drydock::tool>" down "${arg_NAME}" "--state=${state}")
  # Without an engine it is skipped where DRYDOCK_ENGINE=optional, and so do the tests skip themselves.
  set_tests_properties("${arg_NAME}.up" PROPERTIES FIXTURES_SETUP "drydock.${arg_NAME}" SKIP_RETURN_CODE 4)
  set_tests_properties("${arg_NAME}.down" PROPERTIES FIXTURES_CLEANUP "drydock.${arg_NAME}")
  if(locks)
    set_tests_properties("${arg_NAME}.up" "${arg_NAME}.down" PROPERTIES RESOURCE_LOCK "${locks}")
  endif()

  set_property(GLOBAL APPEND PROPERTY DRYDOCK_SERVICES "${variable}")
  set_property(GLOBAL PROPERTY ${variable}_NAME "${arg_NAME}")
  set_property(GLOBAL PROPERTY ${variable}_STATE "${state}")
  set_property(GLOBAL PROPERTY ${variable}_LOCKS "${locks}")
endfunction()

# Client libraries of services, for tests, examples and benchmarks alone: a program NAME that needs one sets
# DRYDOCK_CLIENT_OF_NAME to the name by which pkg-config knows it.

# Sets `out` to the target of the program's client library: empty when it needs none, NOTFOUND when it is missing.
function(drydock_find_client out program)
  set(package "${DRYDOCK_CLIENT_OF_${program}}")
  set(${out} "" PARENT_SCOPE)
  if(package)
    find_package(PkgConfig QUIET)
    if(PKG_CONFIG_FOUND)
      pkg_check_modules(drydock_client_${program} QUIET IMPORTED_TARGET "${package}")
    endif()
    if(TARGET PkgConfig::drydock_client_${program})
      set(${out} PkgConfig::drydock_client_${program} PARENT_SCOPE)
    else()
      message(WARNING "the program ${program} is left out: pkg-config does not know ${package}; install it")
      set(${out} "NOTFOUND" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Finds what Drydock is built on: a package of the system where there is one, the pinned source otherwise.
# Sources are pinned by commit, which is a hash of their content. To build from a local copy instead, set
# FETCHCONTENT_SOURCE_DIR_<NAME>.
#
# Sets DRYDOCK_HTTPLIB_TARGETS, and DRYDOCK_HTTPLIB_FROM (config, pkgconfig or source), which the installed package
# configuration repeats.
include(FetchContent)

find_package(Threads REQUIRED)

if(DRYDOCK_INSTALL)
  # An installed static library needs its dependencies beside it.
  set(FMT_INSTALL ON)
  set(SIMDJSON_INSTALL ON)
  set(HTTPLIB_INSTALL ON)
  set(INSTALL_GTEST ON)
else()
  set(HTTPLIB_INSTALL OFF)
  set(INSTALL_GTEST OFF)
endif()

# Third-party headers are system headers to us: their warnings are not ours.
function(drydock_mark_system)
  foreach(target IN LISTS ARGN)
    if(TARGET ${target})
      get_target_property(original ${target} ALIASED_TARGET)
      if(NOT original)
        set(original ${target})
      endif()
      get_target_property(imported ${original} IMPORTED)
      if(NOT imported)
        get_target_property(directories ${original} INTERFACE_INCLUDE_DIRECTORIES)
        if(directories)
          set_target_properties(${original} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${directories}")
        endif()
      endif()
    endif()
  endforeach()
endfunction()

# fmt 12.1.0
FetchContent_Declare(
  fmt
  GIT_REPOSITORY https://github.com/fmtlib/fmt.git
  GIT_TAG 407c905e45ad75fc29bf0f9bb7c5c2fd3475976f
  FIND_PACKAGE_ARGS 9.1)

# simdjson 4.6.7. Its version file accepts one major version only, so the lower bound is checked by hand.
FetchContent_Declare(
  simdjson
  GIT_REPOSITORY https://github.com/simdjson/simdjson.git
  GIT_TAG cdeb069ad1e8cb2fb479cbb22695cb666cea99ac
  FIND_PACKAGE_ARGS)

# GoogleTest 1.17.0
FetchContent_Declare(
  GTest
  GIT_REPOSITORY https://github.com/google/googletest.git
  GIT_TAG 52eb8108c5bdec04579160ae17225d66034bd723
  FIND_PACKAGE_ARGS 1.12)

# cpp-httplib 0.53.1
FetchContent_Declare(
  httplib
  GIT_REPOSITORY https://github.com/yhirose/cpp-httplib.git
  GIT_TAG b8fe69e4e892ec394ca8de27ab2fe219008690b6)

if(DRYDOCK_BUILD_TOOL)
  # CLI11 2.5.0: the command line of the program, which nothing else needs
  FetchContent_Declare(
    CLI11
    GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git
    GIT_TAG 4160d259d961cd393fd8d67590a8c7d210207348
    FIND_PACKAGE_ARGS 2.1)
  if(NOT TARGET CLI11::CLI11)
    FetchContent_MakeAvailable(CLI11)
  endif()
endif()

set(HTTPLIB_REQUIRE_OPENSSL ON)
# What a project that contains this one has brought already is taken as it is.
foreach(package fmt simdjson GTest)
  if((package STREQUAL "GTest" AND TARGET GTest::gtest) OR TARGET ${package}::${package})
    continue()
  endif()
  FetchContent_MakeAvailable(${package})
endforeach()

if(DEFINED simdjson_VERSION AND simdjson_VERSION VERSION_LESS 3.0)
  message(FATAL_ERROR "simdjson ${simdjson_VERSION} is too old: 3.0 or newer is needed")
endif()

# cpp-httplib has three faces: upstream's CMake package, Debian's compiled library that only pkg-config knows
# (its compile flags are part of the ABI), and the source.
set(DRYDOCK_HTTPLIB_TARGETS httplib::httplib)
set(DRYDOCK_HTTPLIB_FROM config)
if(NOT TARGET httplib::httplib AND NOT FETCHCONTENT_SOURCE_DIR_HTTPLIB)
  find_package(httplib 0.11 QUIET CONFIG COMPONENTS OpenSSL)
  if(NOT httplib_FOUND)
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
      pkg_check_modules(cpp_httplib QUIET IMPORTED_TARGET GLOBAL cpp-httplib>=0.11)
    endif()
    if(cpp_httplib_FOUND)
      find_package(OpenSSL REQUIRED)
      set(DRYDOCK_HTTPLIB_TARGETS PkgConfig::cpp_httplib OpenSSL::SSL OpenSSL::Crypto)
      set(DRYDOCK_HTTPLIB_FROM pkgconfig)
    endif()
  endif()
endif()
if(DRYDOCK_HTTPLIB_FROM STREQUAL config AND NOT TARGET httplib::httplib)
  FetchContent_MakeAvailable(httplib)
  set(DRYDOCK_HTTPLIB_FROM source)
endif()

drydock_mark_system(fmt::fmt simdjson::simdjson httplib::httplib GTest::gtest GTest::gmock CLI11::CLI11)
message(STATUS "Drydock: cpp-httplib from ${DRYDOCK_HTTPLIB_FROM} (${DRYDOCK_HTTPLIB_TARGETS})")

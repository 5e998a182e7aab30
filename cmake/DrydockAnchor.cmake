# Builds the program of the anchors, src/anchor/anchor.cpp, for the target machine, and writes its bytes into a header
# that the library includes. It is built while CMake configures, so that what reads the sources without building them
# finds the header, too. A toolchain that can link nothing statically gets a library without anchors: its containers
# start without a standing network, and the log says why.

# drydock_make_anchor(FOLDER): makes FOLDER/anchor_bytes.h.
function(drydock_make_anchor folder)
  set(source "${PROJECT_SOURCE_DIR}/src/anchor/anchor.cpp")
  set(program "${PROJECT_BINARY_DIR}/anchor/anchor")
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  # It is built anew when any of these has changed.
  file(SHA256 "${source}" of_source)
  file(SHA256 "${CMAKE_CURRENT_FUNCTION_LIST_FILE}" of_recipe)
  set(stamp "${of_source};${of_recipe};${CMAKE_CXX_COMPILER};${CMAKE_CXX_FLAGS};${CMAKE_EXE_LINKER_FLAGS}")
  if(NOT stamp STREQUAL DRYDOCK_ANCHOR_STAMP OR NOT EXISTS "${program}")
    file(REMOVE "${program}")
    drydock_try_anchor("${source}" "${program}")
    set(DRYDOCK_ANCHOR_STAMP
        "${stamp}"
        CACHE INTERNAL "What the anchors' program was built from")
  endif()
  set(bytes "")
  if(EXISTS "${program}")
    file(READ "${program}" bytes HEX)
  else()
    message(STATUS "Drydock: no anchor could be linked statically; there will be no standing networks")
  endif()
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  file(
    CONFIGURE
    OUTPUT
    "${folder}/anchor_bytes.h"
    CONTENT
    "// Made by cmake/DrydockAnchor.cmake from src/anchor/anchor.cpp.
#pragma once

#include <array>

namespace drydock {

inline constexpr std::array<unsigned char, ${size}> kAnchorBytes{${bytes}};

}  // namespace drydock
")
endfunction()

# Links it without a C library where that can be, else with a static one.
function(drydock_try_anchor source program)
  # Nothing of the build that it stands in may get into it: no sanitizer, no debug information.
  set(CMAKE_TRY_COMPILE_CONFIGURATION Release)
  set(common
      -Os
      -g0
      -fno-lto
      -fno-pie
      -fno-exceptions
      -fno-rtti
      -fno-asynchronous-unwind-tables
      -fno-sanitize=all)
  set(bare ${common} -ffreestanding -fno-stack-protector)
  foreach(flags IN ITEMS bare common)
    set(link -static -no-pie -s -fno-lto -fno-sanitize=all "LINKER:--build-id=none" "LINKER:-z,noseparate-code")
    if(flags STREQUAL "bare")
      list(APPEND link -nostdlib -nostartfiles)
    endif()
    try_compile(
      built "${PROJECT_BINARY_DIR}/anchor/${flags}"
      SOURCES "${source}"
      COMPILE_DEFINITIONS ${${flags}}
      LINK_OPTIONS ${link}
      OUTPUT_VARIABLE output
      COPY_FILE "${program}"
      COPY_FILE_ERROR copy_error)
    unset(built CACHE)
    if(EXISTS "${program}")
      return()
    endif()
    file(APPEND "${PROJECT_BINARY_DIR}/anchor/errors.log" "${flags}\n${output}\n${copy_error}\n")
  endforeach()
endfunction()

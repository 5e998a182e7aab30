# What Drydock's own targets have in common: language level, warnings, sanitizers.

# Sets the language level and the warnings of a target that is built from this repository.
function(drydock_configure_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # GoogleTest's variadic macros are called with no variadic argument.
    target_compile_options(${target} PRIVATE -Wno-gnu-zero-variadic-macro-arguments)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # It warns of std::string's own code at -O3, wrongly: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(DRYDOCK_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(DRYDOCK_FUZZ)
    # Coverage feedback for the fuzzer, also from the libraries.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(DRYDOCK_SANITIZE)
    set(flags "-fsanitize=${DRYDOCK_SANITIZE}" -fno-omit-frame-pointer)
    if(DRYDOCK_SANITIZE MATCHES "undefined")
      list(APPEND flags -fno-sanitize-recover=undefined)
    endif()
    target_compile_options(${target} PRIVATE ${flags})
    target_link_options(${target} PUBLIC "$<BUILD_INTERFACE:-fsanitize=${DRYDOCK_SANITIZE}>")
  endif()
endfunction()

# Adds a library of Drydock: target drydock_x or drydock, alias drydock::x, public headers from include/.
function(drydock_add_library target export_name)
  add_library(${target} ${ARGN})
  add_library(drydock::${export_name} ALIAS ${target})
  drydock_configure_target(${target})
  set_target_properties(
    ${target}
    PROPERTIES EXPORT_NAME ${export_name}
               # Objects do not differ between a static and a shared build.
               DEFINE_SYMBOL ""
               VERSION ${drydock_VERSION}
               SOVERSION ${drydock_VERSION_MAJOR}.${drydock_VERSION_MINOR})
  target_include_directories(
    ${target}
    PUBLIC "$<BUILD_INTERFACE:${drydock_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>"
    PRIVATE "${drydock_SOURCE_DIR}/src")
endfunction()

# drydock_precompile(target HEADER | REUSE_FROM other): gives a target a precompiled header, and lets ccache cache what
# is compiled with it, which it does when it is told not to look at times and macros.
function(drydock_precompile target)
  if(ARGV1 STREQUAL "REUSE_FROM")
    target_precompile_headers(${target} REUSE_FROM ${ARGV2})
  else()
    target_precompile_headers(${target} PRIVATE "${ARGV1}")
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
  if(DRYDOCK_CCACHE AND CMAKE_CXX_COMPILER_LAUNCHER STREQUAL DRYDOCK_CCACHE)
    set_target_properties(
      ${target} PROPERTIES CXX_COMPILER_LAUNCHER
                           "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${DRYDOCK_CCACHE}")
  endif()
endfunction()

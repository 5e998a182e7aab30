# drydock_pull_images(TARGET... [NAME name] [IMAGES image...] [LOCK file] [REQUIRE_DIGESTS] [JOBS n])
#
# Pulls the images that test programs declare before the tests run, side by side. Makes
#
#   - the target NAME, by default drydock_pull: `cmake --build BUILD --target drydock_pull` pulls now;
#   - the target NAME_update, where there is a LOCK file: asks the registries for the newest and writes the file;
#   - the test NAME, which sets up the CTest fixture NAME: tests with the property FIXTURES_REQUIRED NAME wait for it,
#     and do not run when an image is missing. CTest adds it by itself when such a test is selected.
#
# The images are those that the programs name by drydock::images(), add_container(), SuiteContainer, SharedContainer and
# declare_image(), and IMAGES. See docs/images.md.
function(drydock_pull_images)
  cmake_parse_arguments(PARSE_ARGV 0 arg "REQUIRE_DIGESTS" "NAME;LOCK;JOBS" "IMAGES")
  set(targets ${arg_UNPARSED_ARGUMENTS})
  if(NOT targets AND NOT arg_IMAGES)
    message(FATAL_ERROR "drydock_pull_images: name test programs, or IMAGES")
  endif()
  foreach(target IN LISTS targets)
    if(NOT TARGET ${target})
      message(FATAL_ERROR "drydock_pull_images: '${target}' is no target; name test programs that were added before")
    endif()
  endforeach()
  if(NOT TARGET drydock::tool)
    message(FATAL_ERROR "drydock_pull_images: the program drydock is missing; build with DRYDOCK_BUILD_TOOL=ON")
  endif()
  if(NOT arg_NAME)
    set(arg_NAME drydock_pull)
  endif()

  set(command "$<TARGET_FILE:drydock::tool>" pull)
  foreach(target IN LISTS targets)
    list(APPEND command --program "$<TARGET_FILE:${target}>")
  endforeach()
  if(arg_JOBS)
    list(APPEND command --jobs "${arg_JOBS}")
  endif()
  if(arg_LOCK)
    get_filename_component(arg_LOCK "${arg_LOCK}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND command --lock "${arg_LOCK}")
    add_custom_target(
      ${arg_NAME}_update
      COMMAND ${command} --update -- ${arg_IMAGES}
      USES_TERMINAL VERBATIM)
  endif()
  if(arg_REQUIRE_DIGESTS)
    list(APPEND command --require-digests)
  endif()
  add_custom_target(
    ${arg_NAME}
    COMMAND ${command} -- ${arg_IMAGES}
    USES_TERMINAL VERBATIM)
  if(targets)
    add_dependencies(${arg_NAME} ${targets})
    if(arg_LOCK)
      add_dependencies(${arg_NAME}_update ${targets})
    endif()
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${command} -- ${arg_IMAGES})
  set_tests_properties(${arg_NAME} PROPERTIES FIXTURES_SETUP ${arg_NAME} TIMEOUT 3600)
endfunction()

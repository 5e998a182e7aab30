# Install rules and the package configuration that find_package(drydock) reads.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/drydock")
set(targets drydock drydock_fixtures)
foreach(target drydock_gtest drydock_gtest_main)
  if(TARGET ${target})
    list(APPEND targets ${target})
  endif()
endforeach()

if(TARGET drydock_tool)
  install(TARGETS drydock_tool EXPORT drydockTargets RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/drydock" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS ${targets} EXPORT drydockTargets)
install(
  EXPORT drydockTargets
  NAMESPACE drydock::
  DESTINATION "${package_dir}")

get_target_property(DRYDOCK_LIBRARY_TYPE drydock TYPE)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/drydockConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/drydockConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/drydockConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
foreach(module Drydock DrydockService DrydockDiscover DrydockDiscoveredTests DrydockPull)
  list(APPEND modules "${PROJECT_SOURCE_DIR}/cmake/${module}.cmake")
endforeach()
install(FILES "${PROJECT_BINARY_DIR}/drydockConfig.cmake" "${PROJECT_BINARY_DIR}/drydockConfigVersion.cmake" ${modules}
        DESTINATION "${package_dir}")

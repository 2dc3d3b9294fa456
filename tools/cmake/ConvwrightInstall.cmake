# What `cmake --install` lays down: the runtime with its headers and DLPack's, the tool with the Halide
# library that it loads, and the CMake package. Included after all targets are there.
set(convwright_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Convwright")

install(TARGETS convwright_runtime EXPORT ConvwrightTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/include/convwright"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
install(FILES "${PROJECT_BINARY_DIR}/runtime/include/dlpack/dlpack.h"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/dlpack")

if(TARGET convwright)
  add_executable(Convwright::convwright ALIAS convwright)
  set_target_properties(convwright PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/convwright")
  install(TARGETS convwright EXPORT ConvwrightTargets RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  get_target_property(halide Halide21::Halide IMPORTED_LOCATION)
  file(REAL_PATH "${halide}" halide)
  install(PROGRAMS "${halide}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/convwright" RENAME libHalide.so)
endif()

install(EXPORT ConvwrightTargets NAMESPACE Convwright:: DESTINATION "${convwright_package_dir}")
configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/ConvwrightConfig.cmake.in" "${PROJECT_BINARY_DIR}/ConvwrightConfig.cmake"
  INSTALL_DESTINATION "${convwright_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ConvwrightConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ConvwrightConfig.cmake"
              "${PROJECT_BINARY_DIR}/ConvwrightConfigVersion.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/ConvwrightAddLibrary.cmake"
        DESTINATION "${convwright_package_dir}")

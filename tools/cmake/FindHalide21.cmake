# Finds the Halide 21 wheel under CONVWRIGHT_HALIDE_ROOT: the imported target Halide21::Halide.
# Halide's own package needs CMake 3.28; Debian 12 has 3.25.
find_path(Halide21_INCLUDE_DIR Halide.h PATHS "${CONVWRIGHT_HALIDE_ROOT}/include" NO_DEFAULT_PATH)
find_library(Halide21_LIBRARY Halide PATHS "${CONVWRIGHT_HALIDE_ROOT}/lib64" "${CONVWRIGHT_HALIDE_ROOT}/lib"
             NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Halide21 REQUIRED_VARS Halide21_LIBRARY Halide21_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run tools/setup.sh, or set CONVWRIGHT_HALIDE_ROOT to the root of the halide 21.0.0 wheel")
if(Halide21_FOUND AND NOT TARGET Halide21::Halide)
  add_library(Halide21::Halide SHARED IMPORTED)
  set_target_properties(
    Halide21::Halide PROPERTIES IMPORTED_LOCATION "${Halide21_LIBRARY}"
                                INTERFACE_INCLUDE_DIRECTORIES "${Halide21_INCLUDE_DIR}")
endif()

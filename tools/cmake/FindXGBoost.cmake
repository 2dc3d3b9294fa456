# Finds XGBoost's C library: the imported target XGBoost::XGBoost. Debian's package has no CMake
# package of its own.
find_path(XGBoost_INCLUDE_DIR xgboost/c_api.h)
find_library(XGBoost_LIBRARY xgboost)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  XGBoost REQUIRED_VARS XGBoost_LIBRARY XGBoost_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run tools/setup.sh, or install Debian's libxgboost-dev")
if(XGBoost_FOUND AND NOT TARGET XGBoost::XGBoost)
  add_library(XGBoost::XGBoost SHARED IMPORTED)
  set_target_properties(
    XGBoost::XGBoost PROPERTIES IMPORTED_LOCATION "${XGBoost_LIBRARY}"
                                INTERFACE_INCLUDE_DIRECTORIES "${XGBoost_INCLUDE_DIR}")
endif()

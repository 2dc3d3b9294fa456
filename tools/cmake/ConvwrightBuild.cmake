# How Convwright's own targets are built: one interface target with the flags, and three functions.

set(CONVWRIGHT_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

find_program(CONVWRIGHT_CCACHE ccache)
if(CONVWRIGHT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CONVWRIGHT_CCACHE})
endif()

add_library(convwright_flags INTERFACE)
target_compile_features(convwright_flags INTERFACE cxx_std_20)
target_compile_options(
  convwright_flags
  INTERFACE -Wall -Wextra -Wno-unused-parameter -fvisibility-inlines-hidden
            $<$<BOOL:${CONVWRIGHT_WERROR}>:-Werror>
            $<$<CXX_COMPILER_ID:Clang>:-Xclang -fno-pch-timestamp>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(convwright_flags INTERFACE -fuse-ld=lld)
endif()
if(CONVWRIGHT_SANITIZE)
  target_compile_options(convwright_flags INTERFACE -fsanitize=${CONVWRIGHT_SANITIZE}
                                                    -fno-omit-frame-pointer)
  target_link_options(convwright_flags INTERFACE -fsanitize=${CONVWRIGHT_SANITIZE})
endif()

# convwright_add_room_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...])
# A static library inside a room. Includes are spelled from the root: "dsl/Parser.h".
function(convwright_add_room_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE convwright_flags ${ARG_PRIVATE})
endfunction()

# convwright_add_test(NAME SOURCES ... LIBRARIES ... [WHOLE] [TIMEOUT s] [LABELS ...])
# A GoogleTest program. WHOLE: one ctest entry for the program (when its tests share costly set-up);
# otherwise one entry for each TEST.
function(convwright_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "WHOLE" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PRIVATE convwright_flags ${ARG_LIBRARIES} GTest::gtest_main
                                        GTest::gmock)
  target_compile_definitions(${name} PRIVATE CONVWRIGHT_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             CONVWRIGHT_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(ARG_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
    # Skipped when all its tests are. Where one fails, gtest's closing line says so, and that counts.
    set_tests_properties(
      ${name} PROPERTIES SKIP_REGULAR_EXPRESSION
                         "\\[  PASSED  \\] 0 tests\\.\n\\[  SKIPPED \\][^\n]*:\n(\\[  SKIPPED \\][^\n]*\n)+$")
  else()
    include(GoogleTest)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  endif()
endfunction()

# Installs BUILD_TREE, then builds and runs SOURCES against it, all under WORK: once as it is, and once
# more after its .conv file changed. Nothing of the source tree is in reach of the project.
include("${CMAKE_CURRENT_LIST_DIR}/Run.cmake")

set(prefix "${WORK}/prefix")
file(REMOVE_RECURSE "${WORK}")
file(COPY "${SOURCES}/" DESTINATION "${WORK}/project")
run(${CMAKE_COMMAND} --install "${BUILD_TREE}" --prefix "${prefix}")

# The records that come with it are found where they were installed.
execute_process(
  COMMAND "${prefix}/bin/convwright" compile "${WORK}/project/shipped.conv" -o "${WORK}" --target x86-64-v3
          --explain OUTPUT_VARIABLE explained COMMAND_ERROR_IS_FATAL ANY)
# On another processor than it was measured on, it is a hint.
if(NOT explained MATCHES "shipped record[^\n]*: measured")
  message(FATAL_ERROR "no shipped record was taken:\n${explained}")
endif()

# A library made by hand, found by find_package().
file(MAKE_DIRECTORY "${WORK}/ready")
run("${prefix}/bin/convwright" compile "${WORK}/project/ready.conv" -o "${WORK}/ready" --target host)

# Records of the project's own.
run("${prefix}/bin/convwright" tune "${WORK}/project/filters.conv" --target x86-64-v2 --measure static --trials 3
    --records "${WORK}/project/tuned.jsonl")

run(${CMAKE_COMMAND} -S "${WORK}/project" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${prefix}" "-Dready_DIR=${WORK}/ready" "-DCMAKE_C_COMPILER=${C_COMPILER}"
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" -DCMAKE_BUILD_TYPE=Release -DFILTER_RECORDS=tuned.jsonl)
run(${CMAKE_COMMAND} --build "${WORK}/build")
run("${WORK}/build/call_from_c" 2)
run("${WORK}/build/call_from_cxx")

file(READ "${WORK}/build/filters.convwright/filters.json" description)
if(NOT description MATCHES "\"tuned.jsonl\"")
  message(FATAL_ERROR "no record of the project's was taken:\n${description}")
endif()

# The library follows its source.
file(READ "${WORK}/project/filters.conv" text)
string(REPLACE "* 2.0" "* 3.0" text "${text}")
file(WRITE "${WORK}/project/filters.conv" "${text}")
run(${CMAKE_COMMAND} --build "${WORK}/build")
run("${WORK}/build/call_from_c" 3)

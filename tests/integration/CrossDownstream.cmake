# Builds the runtime for aarch64 and installs it, cross-builds SOURCES against it with the compiler of
# BUILD_TREE, and runs the programs under QEMU. All under WORK.
include("${CMAKE_CURRENT_LIST_DIR}/Run.cmake")

set(toolchain "-DCMAKE_TOOLCHAIN_FILE=${SOURCE_TREE}/tools/cmake/aarch64-linux-gnu.cmake")
set(convwright "${BUILD_TREE}/bin/convwright")
file(REMOVE_RECURSE "${WORK}/ready" "${WORK}/build" "${WORK}/prefix")

run(${CMAKE_COMMAND} -S "${SOURCE_TREE}" -B "${WORK}/runtime" -G "${GENERATOR}" ${toolchain}
    -DCONVWRIGHT_RUNTIME_ONLY=ON -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build "${WORK}/runtime")
run(${CMAKE_COMMAND} --install "${WORK}/runtime" --prefix "${WORK}/prefix")

file(MAKE_DIRECTORY "${WORK}/ready")
run("${convwright}" compile "${SOURCES}/ready.conv" -o "${WORK}/ready" --target armv8-a)
run(${CMAKE_COMMAND} -S "${SOURCES}" -B "${WORK}/build" -G "${GENERATOR}" ${toolchain}
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-Dready_DIR=${WORK}/ready" "-DCONVWRIGHT_COMPILER=${convwright}"
    "-DFILTER_TARGETS=armv8-a;neoverse-n1" -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build "${WORK}/build")

foreach(cpu IN ITEMS cortex-a53 neoverse-n1)
  set(emulator "${QEMU}" -cpu ${cpu} -L /usr/aarch64-linux-gnu)
  run(${emulator} "${WORK}/build/call_from_c" 2)
  run(${emulator} "${WORK}/build/call_from_cxx")
endforeach()

# convwright_mlir: what every target that uses MLIR links, static only.
#
# Debian's exported MLIR targets name the shared libLLVM beside static MLIR archives. Mixing the two
# would give two copies of LLVM's globals; so the archives are named by path here: MLIR's own closure
# from the exported targets, LLVM's components from LLVMConfig. The linker is lld, which needs no
# particular order of archives.

# Appends the archives of the MLIR target `library` and of the MLIR targets it needs to `out`.
function(convwright_collect_mlir library out)
  set(seen "${${out}}")
  if("${library}" IN_LIST seen)
    return()
  endif()
  list(APPEND seen "${library}")
  get_target_property(needs "${library}" INTERFACE_LINK_LIBRARIES)
  foreach(need IN LISTS needs)
    if(need MATCHES "^MLIR")
      convwright_collect_mlir("${need}" seen)
    endif()
  endforeach()
  set(${out} "${seen}" PARENT_SCOPE)
endfunction()

set(convwright_mlir_targets)
foreach(library IN ITEMS MLIROptLib MLIRParser MLIRFuncDialect MLIRArithDialect MLIRTransforms MLIRPass)
  convwright_collect_mlir(${library} convwright_mlir_targets)
endforeach()
set(convwright_mlir_archives)
foreach(library IN LISTS convwright_mlir_targets)
  get_target_property(type ${library} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    list(APPEND convwright_mlir_archives "$<TARGET_FILE:${library}>")
  endif()
endforeach()
llvm_map_components_to_libnames(convwright_llvm_archives core support asmparser bitreader remarks
                                frontendopenmp plugins targetparser)

add_library(convwright_mlir INTERFACE)
target_include_directories(convwright_mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_link_libraries(convwright_mlir INTERFACE ${convwright_mlir_archives} ${convwright_llvm_archives})

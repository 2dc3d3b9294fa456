# convwright_add_library(NAME SOURCES file.conv [TARGETS target...] [RECORDS file...] [DEPENDS file...])
#
# Compiles file.conv with `convwright compile` and gives the library target NAME: link it to get
# NAME.h and the compiled layers.
#   TARGETS   machines to compile for, as --target takes them; default: host
#   RECORDS   measured plans to take where they fit
#   DEPENDS   what else the result depends on (files that the .conv file loads are found by themselves)
# The generated files lie in <binary dir>/NAME.convwright.
#
# When cross-compiling, set CONVWRIGHT_COMPILER to a `convwright` that runs on the build machine.
function(convwright_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;TARGETS;RECORDS;DEPENDS")
  list(REMOVE_ITEM ARG_KEYWORDS_MISSING_VALUES RECORDS DEPENDS) # an empty list of them is none
  if(ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "convwright_add_library(${name}): unknown or empty arguments: "
                        "${ARG_UNPARSED_ARGUMENTS} ${ARG_KEYWORDS_MISSING_VALUES}; it takes SOURCES, "
                        "TARGETS, RECORDS and DEPENDS")
  endif()
  list(LENGTH ARG_SOURCES count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "convwright_add_library(${name}): SOURCES has ${count} files; a library is made "
                        "of one .conv file")
  endif()
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "convwright_add_library(${name}): the name begins all C symbols of the library, "
                        "so it is made of letters, digits and underscores")
  endif()
  if(NOT ARG_TARGETS)
    set(ARG_TARGETS host)
  endif()

  set(compiler "$CACHE{CONVWRIGHT_COMPILER}")
  if(NOT compiler AND (TARGET Convwright::convwright OR NOT CMAKE_CROSSCOMPILING))
    set(compiler Convwright::convwright)
  endif()
  if(NOT compiler)
    message(FATAL_ERROR "convwright_add_library(${name}): cross-compiling needs CONVWRIGHT_COMPILER, the "
                        "path of a `convwright` that runs on this machine")
  endif()

  get_filename_component(source "${ARG_SOURCES}" ABSOLUTE)
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.convwright")
  file(MAKE_DIRECTORY "${directory}")
  set(outputs "${directory}/lib${name}.a" "${directory}/${name}.h" "${directory}/${name}.json"
              "${directory}/${name}Config.cmake")
  list(JOIN ARG_TARGETS "," targets)
  set(records)
  if(ARG_RECORDS)
    list(TRANSFORM ARG_RECORDS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
    set(records --records ${ARG_RECORDS})
  endif()
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${compiler} compile "${source}" --name ${name} -o "${directory}" --target ${targets}
            --depfile "${directory}/${name}.d" ${records}
    DEPENDS "${source}" ${ARG_RECORDS} ${ARG_DEPENDS} ${compiler}
    DEPFILE "${directory}/${name}.d"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    COMMENT "Compiling ${ARG_SOURCES} for ${targets}"
    VERBATIM)
  add_custom_target(${name}_convwright DEPENDS ${outputs})

  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION "${directory}/lib${name}.a"
                                           INTERFACE_INCLUDE_DIRECTORIES "${directory}"
                                           INTERFACE_LINK_LIBRARIES Convwright::runtime)
  add_dependencies(${name} ${name}_convwright)
endfunction()

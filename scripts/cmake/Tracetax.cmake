# Flags shared by every target, and the functions that declare them.
add_library(tracetax_flags INTERFACE)
target_include_directories(tracetax_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(tracetax_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
target_compile_definitions(tracetax_flags INTERFACE TRACETAX_VERSION="${PROJECT_VERSION}" BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(tracetax_flags INTERFACE Threads::Threads)
if(TRACETAX_WERROR)
  target_compile_options(tracetax_flags INTERFACE -Werror)
endif()
if(TRACETAX_SANITIZE)
  target_compile_options(tracetax_flags INTERFACE -fsanitize=${TRACETAX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tracetax_flags INTERFACE -fsanitize=${TRACETAX_SANITIZE})
endif()

# tracetax_module(NAME [SOURCES_EXCEPT file...] [DEPS target...]): the static library tracetax_NAME of all *.cc of the folder,
# linked to the modules below it. scripts/check_layers.py holds includes to the same order. Headers without a source file of
# their name are a file set, so that the target all_verify_interface_header_sets compiles each of them alone; of the others
# scripts/check_layers.py sees that their own source file includes them first, which is the same proof for nothing.
function(tracetax_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES_EXCEPT;DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cc)
  if(ARG_SOURCES_EXCEPT)
    list(REMOVE_ITEM sources ${ARG_SOURCES_EXCEPT})
  endif()
  file(GLOB headers CONFIGURE_DEPENDS *.h)
  foreach(source IN LISTS sources)
    string(REGEX REPLACE "\\.cc$" ".h" own_header ${source})
    list(REMOVE_ITEM headers ${CMAKE_CURRENT_SOURCE_DIR}/${own_header})
  endforeach()
  if(sources)
    set(scope PUBLIC)
    add_library(tracetax_${name} STATIC ${sources})
  else()
    set(scope INTERFACE)
    add_library(tracetax_${name} INTERFACE)
  endif()
  target_link_libraries(tracetax_${name} ${scope} tracetax_flags ${ARG_DEPS})
  target_sources(tracetax_${name} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
endfunction()

# tracetax_program(NAME SOURCES file... DEPS target...): an executable in build/<preset>/bin.
function(tracetax_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tracetax_flags ${ARG_DEPS})
endfunction()

# tracetax_test(NAME LABEL unit|golden|integration|statistics|peers [ALONE] SOURCES file... DEPS target...): a gtest program, one
# ctest per case. TIMEOUT is in seconds, 120 unless told otherwise. Tests that measure are ALONE, they run while nothing else does: a
# run that shares its cores with another test is late, and a late run is not valid.
function(tracetax_test name)
  cmake_parse_arguments(ARG "ALONE" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tracetax_flags ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  # The tests' own code runs for a moment: not optimised, it is built in two thirds of the time. What they test stays as it is.
  if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT ARG_LABEL STREQUAL "statistics")
    target_compile_options(${name} PRIVATE -O0)
  endif()
  target_compile_definitions(${name} PRIVATE
    TRACETAX_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TRACETAX_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 TEST_PREFIX ${name}.
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} RUN_SERIAL ${ARG_ALONE})
endfunction()

# tracetax_micro(NAME SOURCES file... DEPS target...): a google-benchmark program tracetax_NAME_micro, alone in build/<preset>/micro,
# where scripts/compare_micro.sh looks for them. Built by the target `micro` where the library is; run by hand.
function(tracetax_micro name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  set(program tracetax_${name}_micro)
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    message(STATUS "google-benchmark not found, ${program} is not built")
    return()
  endif()
  # A minute of building that no test needs.
  add_executable(${program} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_link_libraries(${program} PRIVATE tracetax_flags ${ARG_DEPS} benchmark::benchmark benchmark::benchmark_main)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/micro)
  if(NOT TARGET micro)
    add_custom_target(micro)
  endif()
  add_dependencies(micro ${program})
endfunction()

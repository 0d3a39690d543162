# livecert_layer(NAME base SOURCES a.cpp ... MAY_INCLUDE base ... [LIBRARIES OpenSSL::Crypto ...] [ALONE b.cpp ...] [UNIT 12])
#
# Declares one layer: a static library livecert_<name> whose headers are reached as "<name>/file.h". Each layer has an
# include root of its own that holds nothing but a link to its folder, so that an include of a layer that is not
# listed (an upward arrow) does not compile. tools/check-layers catches what CMake cannot: a header that is reachable
# only because a listed layer uses it. ALONE are sources that are never compiled together with others of the layer,
# since their unnamed namespaces hold the same names. UNIT: how many sources of the layer make one unit of a unity build
# (default: all, since what a unit costs is mostly its headers).
add_library(livecert_options INTERFACE)
target_compile_options(livecert_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wimplicit-fallthrough -Wundef -Werror
  -fstack-protector-strong -fPIE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these in the standard library's own inlined code at -O2.
  target_compile_options(livecert_options INTERFACE -Wno-restrict -Wno-dangling-pointer)
endif()
target_compile_definitions(livecert_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
target_link_options(livecert_options INTERFACE -pie -Wl,-z,relro,-z,now)

if(LIVECERT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(LIVECERT_SANITIZE_THREADS)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  # Ours stay in place of the operators new and delete that the sanitizer brings; both end in its malloc.
  add_link_options(-fsanitize=thread -Wl,-z,muldefs)
endif()

if(LIVECERT_FUZZ)
  # The profile tells which lines the inputs reached; of our own sources only, whose list keeps the rest fast.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fprofile-instr-generate -fcoverage-mapping "-fprofile-list=${CMAKE_SOURCE_DIR}/tests/fuzz/profiled.txt")
  add_link_options(-fsanitize=address,undefined -fprofile-instr-generate)
endif()

function(livecert_layer)
  cmake_parse_arguments(ARG "" "NAME;UNIT" "SOURCES;MAY_INCLUDE;LIBRARIES;ALONE" ${ARGN})
  if(NOT ARG_UNIT)
    set(ARG_UNIT 0)
  endif()
  string(REPLACE "/" "_" target "livecert_${ARG_NAME}")
  set(root "${CMAKE_BINARY_DIR}/layers/${ARG_NAME}/include")
  get_filename_component(parent "${root}/${ARG_NAME}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${root}/${ARG_NAME}" SYMBOLIC)

  add_library(${target} STATIC ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${LIVECERT_UNITY} UNITY_BUILD_BATCH_SIZE "${ARG_UNIT}")
  # Where it was built is in no program: two machines make the same one. The floors of coverage name our paths.
  if(NOT LIVECERT_FUZZ)
    target_compile_options(${target} PRIVATE "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=/usr/src/livecert")
  endif()
  set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(${target} PUBLIC "${root}")
  target_link_libraries(${target} PUBLIC livecert_options ${ARG_LIBRARIES})
  foreach(layer IN LISTS ARG_MAY_INCLUDE)
    string(REPLACE "/" "_" dependency "livecert_${layer}")
    target_link_libraries(${target} PUBLIC ${dependency})
  endforeach()
endfunction()

# livecert_test(NAME x509_test SOURCES ... LAYERS x509 ... [LIBRARIES ...] [LABELS ...])
# A GoogleTest binary; every test in it is a ctest test of its own.
function(livecert_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LAYERS;LIBRARIES;LABELS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${ARG_NAME} PRIVATE livecert_options GTest::gmock GTest::gtest_main ${ARG_LIBRARIES})
  foreach(layer IN LISTS ARG_LAYERS)
    string(REPLACE "/" "_" dependency "livecert_${layer}")
    target_link_libraries(${ARG_NAME} PRIVATE ${dependency})
  endforeach()
  target_compile_definitions(${ARG_NAME} PRIVATE LIVECERT_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/data")
  gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
endfunction()

# livecert_fuzzer(NAME claim LAYERS signature [LIBRARIES ...]): tests/fuzz/<name>_fuzzer.cpp as a libFuzzer binary
# fuzzers/<name>.
function(livecert_fuzzer)
  cmake_parse_arguments(ARG "" "NAME" "LAYERS;LIBRARIES" ${ARGN})
  set(target "${ARG_NAME}_fuzzer")
  add_executable(${target} ${target}.cpp)
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE livecert_options ${ARG_LIBRARIES})
  foreach(layer IN LISTS ARG_LAYERS)
    target_link_libraries(${target} PRIVATE livecert_${layer})
  endforeach()
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${ARG_NAME} RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzzers")
  add_dependencies(fuzzers ${target})
endfunction()

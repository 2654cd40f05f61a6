# calib_module(NAME PUBLIC_LIBS ... PRIVATE_LIBS ...): the library calib_NAME (alias calib::NAME) of all sources in
# lib/NAME. Its headers are included as "NAME/header.hpp".

add_library(calib_options INTERFACE)
target_compile_features(calib_options INTERFACE cxx_std_20)
target_compile_options(calib_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
# The same bytes on every machine: no contraction into fused multiply-adds behind our back.
target_compile_options(calib_options INTERFACE -ffp-contract=off)
# The same program from any folder.
target_compile_options(calib_options INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
# Images and YAML come from anywhere: what the compiler and the loader can do against a bug of ours.
if(CALIB_SANITIZE STREQUAL "")
  target_compile_options(calib_options INTERFACE -fstack-protector-strong -fstack-clash-protection
                         $<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(calib_options INTERFACE -fcf-protection)
  endif()
  target_link_options(calib_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
# GCC 12 sees copies inside std::string that overlap or leave it and are not there (GCC bugs 105651, 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(calib_options INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(CALIB_WERROR)
  target_compile_options(calib_options INTERFACE -Werror)
endif()
if(CALIB_SANITIZE)
  target_compile_options(calib_options INTERFACE -fsanitize=${CALIB_SANITIZE} -fno-omit-frame-pointer)
  # With a sanitizer GCC 12 sees uninitialised parts inside std::regex (GCC bug 105562).
  target_compile_options(calib_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(calib_options INTERFACE -fsanitize=${CALIB_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Ccache asks for both before it keeps what was compiled with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# calib_precompiled(NAME HEADERS ... LIBS ...): the headers that take longest to read, compiled once for all targets
# that reuse it from target NAME. Files include what they use all the same: the fuzz preset builds without, and each by
# itself.
function(calib_precompiled name)
  cmake_parse_arguments(arg "" "" "HEADERS;LIBS" ${ARGN})
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/${name}.cpp CONTENT "")
  add_library(${name} STATIC ${PROJECT_BINARY_DIR}/${name}.cpp)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} SYSTEM PRIVATE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

# calib_join_sources(TARGET): several of its files are compiled as one, since most of what a file takes is reading headers
# and filling in their templates. Hidden helpers need different names then too.
function(calib_join_sources target)
  if(CALIB_JOIN_SOURCES)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${CALIB_JOIN_SOURCES})
  else()
    set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  endif()
endfunction()

function(calib_module name)
  cmake_parse_arguments(arg "" "" "PUBLIC_LIBS;PRIVATE_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/*.hpp)
  add_library(calib_${name} STATIC ${sources} ${headers})
  add_library(calib::${name} ALIAS calib_${name})
  set_target_properties(calib_${name} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(calib_${name} PUBLIC cxx_std_20)
  target_include_directories(calib_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib>
                                                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/calib>)
  # OpenCV's and Eigen's headers are not ours to warn about.
  target_include_directories(calib_${name} SYSTEM PRIVATE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(calib_${name} PUBLIC ${arg_PUBLIC_LIBS} PRIVATE ${arg_PRIVATE_LIBS} $<BUILD_INTERFACE:calib_options>)
  target_precompile_headers(calib_${name} REUSE_FROM calib_library_headers)
  calib_join_sources(calib_${name})
  set_property(GLOBAL APPEND PROPERTY CALIB_MODULES calib_${name})
endfunction()

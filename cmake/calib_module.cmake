# calib_module(NAME PUBLIC_LIBS ... PRIVATE_LIBS ...) defines the library calib_NAME (alias calib::NAME) from all sources in
# lib/NAME. Its headers are included as "NAME/header.hpp".

add_library(calib_options INTERFACE)
target_compile_features(calib_options INTERFACE cxx_std_20)
target_compile_options(calib_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
# No fused multiply-adds, so that results are the same on every machine.
target_compile_options(calib_options INTERFACE -ffp-contract=off)
# No paths of the build machine in the program, so that it is the same from any folder.
target_compile_options(calib_options INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
# Inputs are not trusted: enable the protections of the compiler and the loader against memory errors.
if(CALIB_SANITIZE STREQUAL "")
  target_compile_options(calib_options INTERFACE -fstack-protector-strong -fstack-clash-protection
                         $<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(calib_options INTERFACE -fcf-protection)
  endif()
  target_link_options(calib_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
# GCC 12 warns of overlapping or overlong copies inside std::string that do not exist (GCC bugs 105651, 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(calib_options INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(CALIB_WERROR)
  target_compile_options(calib_options INTERFACE -Werror)
endif()
if(CALIB_SANITIZE)
  target_compile_options(calib_options INTERFACE -fsanitize=${CALIB_SANITIZE} -fno-omit-frame-pointer)
  # With a sanitizer, GCC 12 warns of uninitialized parts of std::regex that do not exist (GCC bug 105562).
  target_compile_options(calib_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(calib_options INTERFACE -fsanitize=${CALIB_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Ccache needs both options to cache files that are compiled with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# calib_precompiled(NAME HEADERS ... LIBS ...) defines the target NAME, from which other targets reuse precompiled headers.
# Source files include all headers that they use anyway: the fuzz preset builds without precompiled headers.
function(calib_precompiled name)
  cmake_parse_arguments(arg "" "" "HEADERS;LIBS" ${ARGN})
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/${name}.cpp CONTENT "")
  add_library(${name} STATIC ${PROJECT_BINARY_DIR}/${name}.cpp)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} SYSTEM PRIVATE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

# calib_join_sources(TARGET) compiles several source files of the target as one, which saves time because most of it is spent
# on headers and templates. Functions and constants in anonymous namespaces of one module therefore need different names.
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
  # SYSTEM suppresses warnings in the headers of OpenCV and Eigen.
  target_include_directories(calib_${name} SYSTEM PRIVATE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(calib_${name} PUBLIC ${arg_PUBLIC_LIBS} PRIVATE ${arg_PRIVATE_LIBS} $<BUILD_INTERFACE:calib_options>)
  target_precompile_headers(calib_${name} REUSE_FROM calib_library_headers)
  calib_join_sources(calib_${name})
  set_property(GLOBAL APPEND PROPERTY CALIB_MODULES calib_${name})
endfunction()

# Embeds text files as C++ constants, so that the program needs no other files.
#   calib_embed_texts(TARGET HEADER NAME FILE [NAME FILE]...)
# adds a source to TARGET that defines `const std::string_view NAME` for each file, as declared in HEADER. This file is
# also the script (cmake -P) that writes the source: its arguments are the file to write instead of TARGET, and the others.
function(calib_write_texts output header)
  set(source "#include \"${header}\"\n\nnamespace calib {\n\n")
  while(ARGN)
    list(POP_FRONT ARGN name file)
    file(READ "${file}" text)
    string(APPEND source "const std::string_view ${name} = R\"calib_text(${text})calib_text\";\n\n")
  endwhile()
  file(WRITE "${output}" "${source}}  // namespace calib\n")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  set(arguments)
  math(EXPR last "${CMAKE_ARGC} - 1")
  foreach(i RANGE 3 ${last})
    list(APPEND arguments "${CMAKE_ARGV${i}}")
  endforeach()
  calib_write_texts(${arguments})
  return()
endif()

set(calib_embed_script ${CMAKE_CURRENT_LIST_FILE})
function(calib_embed_texts target header)
  set(output ${PROJECT_BINARY_DIR}/generated/${target}_texts.cpp)
  set(files ${ARGN})
  list(FILTER files INCLUDE REGEX "/")
  add_custom_command(OUTPUT ${output} VERBATIM DEPENDS ${files} ${calib_embed_script}
                     COMMAND ${CMAKE_COMMAND} -P ${calib_embed_script} ${output} ${header} ${ARGN})
  target_sources(${target} PRIVATE ${output})
endfunction()

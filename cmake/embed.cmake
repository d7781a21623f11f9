# embed_directory(TARGET DIRECTORY dir [DEPENDS files...])
#
# A static library that holds the files of `dir`, as it is when the library is
# built, behind atalaya::page_files() (ui/page.hpp): plain, gzipped and, where
# the brotli program is installed, in brotli. DEPENDS names what says that the
# directory has changed, such as the stamp of the page's build.
set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake)

function(embed_directory target)
  cmake_parse_arguments(ARG "" "DIRECTORY" "DEPENDS" ${ARGN})
  find_program(GZIP_PROGRAM gzip REQUIRED)
  find_program(BROTLI_PROGRAM brotli)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target})
  add_custom_command(
    OUTPUT ${out}/page_files.cpp
    COMMAND
      ${CMAKE_COMMAND} -DDIRECTORY=${ARG_DIRECTORY} -DOUT=${out}
      -DGZIP=${GZIP_PROGRAM} -DBROTLI=${BROTLI_PROGRAM} -P ${EMBED_SCRIPT}
    DEPENDS ${EMBED_SCRIPT} ${ARG_DEPENDS}
    COMMENT "Embedding ${ARG_DIRECTORY}"
    VERBATIM)
  add_library(${target} STATIC ${out}/page_files.cpp)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
endfunction()

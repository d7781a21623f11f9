# Run by embed_directory: writes OUT/page_files.cpp, which takes the files of
# DIRECTORY in with the assembler's .incbin. The tag of each is in the text of
# the source, so that it changes with them and a compiler cache sees it.
set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_json "application/json")
set(type_webmanifest "application/manifest+json")
set(type_svg "image/svg+xml")
set(type_png "image/png")
set(type_ico "image/x-icon")
set(type_woff2 "font/woff2")
set(type_txt "text/plain; charset=utf-8")
set(type_wasm "application/wasm")

# Puts `program`'s output for `from` into `to`, if that is worth it: a tenth
# smaller at least.
function(compress program options from to result)
  set(${result} FALSE PARENT_SCOPE)
  if(NOT program)
    return()
  endif()
  execute_process(
    COMMAND ${program} ${options} ${from}
    OUTPUT_FILE ${to}
    COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${from} plain)
  file(SIZE ${to} packed)
  math(EXPR worth "${plain} * 9 / 10 - ${packed}")
  if(worth GREATER 0)
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()

set(symbols "")
set(externs "")
set(rows "")

# Adds `path` as the symbol `name`; `view` becomes the C++ for its bytes.
function(include_bytes name path view)
  string(APPEND symbols
         "asm(\".section .rodata\\n.balign 16\\n${name}_begin:\\n.incbin "
         "\\\"${path}\\\"\\n${name}_end:\\n.byte 0\\n.previous\\n\");\n")
  string(APPEND externs "extern const char ${name}_begin[] asm(\"${name}_begin\");\n"
         "extern const char ${name}_end[] asm(\"${name}_end\");\n")
  set(symbols "${symbols}" PARENT_SCOPE)
  set(externs "${externs}" PARENT_SCOPE)
  set(${view} "view(${name}_begin, ${name}_end)" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE files RELATIVE ${DIRECTORY} ${DIRECTORY}/*)
list(SORT files)
if(NOT files)
  message(FATAL_ERROR "${DIRECTORY} holds no files: build the page first")
endif()
file(MAKE_DIRECTORY ${OUT})
set(number 0)
foreach(file ${files})
  set(from ${DIRECTORY}/${file})
  set(name atalaya_page_${number})
  math(EXPR number "${number} + 1")
  file(SHA256 ${from} hash)
  string(SUBSTRING ${hash} 0 16 etag)
  string(REGEX MATCH "[^.]*$" extension ${file})
  set(type "${type_${extension}}")
  if(NOT type)
    set(type "application/octet-stream")
  endif()
  include_bytes(${name} ${from} plain)
  set(gzip "{}")
  compress("${GZIP}" "-9;-n;-c" ${from} ${OUT}/${number}.gz smaller)
  if(smaller)
    include_bytes(${name}_gz ${OUT}/${number}.gz gzip)
  endif()
  set(brotli "{}")
  compress("${BROTLI}" "-q;11;-c" ${from} ${OUT}/${number}.br smaller)
  if(smaller)
    include_bytes(${name}_br ${OUT}/${number}.br brotli)
  endif()
  string(APPEND rows "    {\"${file}\", \"${type}\", ${plain},\n     ${gzip},\n"
         "     ${brotli},\n     \"${etag}\"},\n")
endforeach()

file(
  WRITE ${OUT}/page_files.cpp
  "#include \"ui/page.hpp\"\n\n${symbols}\n${externs}\n"
  "namespace atalaya {\n\n"
  "static std::string_view view(const char* begin, const char* end) {\n"
  "  return {begin, static_cast<size_t>(end - begin)};\n}\n\n"
  "const std::vector<page_file>& page_files() {\n"
  "  static const std::vector<page_file> files = {\n${rows}  };\n"
  "  return files;\n}\n\n} // namespace atalaya\n")

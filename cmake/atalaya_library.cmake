# atalaya_library(NAME SOURCES ... LINKS ...)
#
# One static library per folder. Its link line is the rule of who may include
# whom; tests/layering.sh checks the same rule on the include lines, because
# everything of Debian's lies in /usr/include, where no link line is needed.
function(atalaya_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    atalaya_warnings(${name})
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} ${scope} ${ARG_LINKS})
  # A message type without a type id must not compile (facts: Debian leaves
  # this check off; it is a switch of CAF's headers).
  target_compile_definitions(${name} ${scope} CAF_ENABLE_TYPE_ID_CHECKS)
  if(ATALAYA_TESTS)
    target_compile_definitions(${name} ${scope} ATALAYA_FAILPOINTS)
  endif()
endfunction()

# Without maybe-uninitialized: g++ 12 at -O2 takes the inside of an empty
# std::optional in a message for one; and without restrict, which it warns of
# where a text is put in front of another. The sanitizers look for real ones.
function(atalaya_warnings name)
  target_compile_options(
    ${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                    -Wno-sign-conversion -Wno-maybe-uninitialized -Wno-restrict
                    -Werror)
endfunction()

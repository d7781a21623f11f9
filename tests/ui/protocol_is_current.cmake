# Fails when the committed types of the page differ from the C++ declarations.
execute_process(
  COMMAND ${PROGRAM}
  OUTPUT_VARIABLE declared
  COMMAND_ERROR_IS_FATAL ANY)
file(READ ${COMMITTED} committed)
if(NOT declared STREQUAL committed)
  message(
    FATAL_ERROR
      "${COMMITTED}: differs from actors/*.hpp; renew it with: "
      "${PROGRAM} > ${COMMITTED}")
endif()

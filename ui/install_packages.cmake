# Installs what DIRECTORY/package-lock.json names with COMMAND (npm), unless
# node_modules/.stamp says that it is there already: another build folder of
# the same checkout may have done it.
file(SHA256 ${DIRECTORY}/package-lock.json wanted)
set(stamp ${DIRECTORY}/node_modules/.stamp)
set(installed "")
if(EXISTS ${stamp})
  file(READ ${stamp} installed)
endif()
if(NOT installed STREQUAL wanted)
  execute_process(
    COMMAND ${COMMAND} ci --loglevel=error
    WORKING_DIRECTORY ${DIRECTORY}
    RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(
      FATAL_ERROR
        "${DIRECTORY}: npm could not install its packages (${result}); the "
        "npm registry has to be reachable for the first build")
  endif()
endif()
file(WRITE ${stamp} ${wanted})

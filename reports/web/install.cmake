# npm ci of FROM's lock file into TO.
foreach(file IN ITEMS package.json package-lock.json .npmrc)
  configure_file(${FROM}/${file} ${TO}/${file} COPYONLY)
endforeach()
# Without scripts and without what only the type check needs.
execute_process(COMMAND ${NPM} ci --omit=dev --ignore-scripts --no-audit --no-fund WORKING_DIRECTORY ${TO}
  RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(failed)
  # Of the many lines that npm writes, the first that says what is wrong. Blanks in front keep a line from being broken.
  string(REGEX REPLACE "npm (ERR!|error) code [^\n]*\n" "" said "${said}")
  string(REGEX MATCH "npm (ERR!|error) [^\n]+" first "${said}")
  message(FATAL_ERROR "\n  npm ci of reports/web failed (${first}). It needs the package registry that npm is configured for, or npm's cache; (cd ${TO} && ${NPM} ci) says more\n")
endif()

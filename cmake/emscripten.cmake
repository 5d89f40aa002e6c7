# Toolchain file: uses the toolchain file of the Emscripten on PATH, which may be Debian's or an emsdk.

find_program(EM_CONFIG em-config REQUIRED
  DOC "Part of Emscripten: apt-get install emscripten, or source emsdk_env.sh of an emsdk")
execute_process(COMMAND "${EM_CONFIG}" EMSCRIPTEN_ROOT
  OUTPUT_VARIABLE EMSCRIPTEN_ROOT_PATH OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

# emcmake would set an emulator with flags that current Node versions reject. Plain Node runs the tests.
find_program(NODE_JS_EXECUTABLE NAMES node nodejs REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR "${NODE_JS_EXECUTABLE}" CACHE FILEPATH "Runs the tests")

include("${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake")

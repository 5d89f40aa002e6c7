# Toolchain file: finds the Emscripten that is on PATH, Debian's or an emsdk's, and uses its own toolchain file.

find_program(EM_CONFIG em-config REQUIRED
  DOC "Part of every Emscripten; apt-get install emscripten, or source an emsdk's emsdk_env.sh")
execute_process(COMMAND "${EM_CONFIG}" EMSCRIPTEN_ROOT
  OUTPUT_VARIABLE EMSCRIPTEN_ROOT_PATH OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

# emcmake would name an emulator with flags that current Node versions reject; plain Node runs the tests.
find_program(NODE_JS_EXECUTABLE NAMES node nodejs REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR "${NODE_JS_EXECUTABLE}" CACHE FILEPATH "Runs the tests")

include("${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake")

# The target `core`: cooperator.wasm, the library and its bridge to JavaScript, without JavaScript glue.

set(COOPERATOR_WASM_OPTIMIZE -Oz CACHE STRING "How the library and cooperator.wasm are optimised")
# Every engine that the package supports has had these for years; a current Emscripten turns them on by itself.
set(wasm_features -mbulk-memory -mmutable-globals -mnontrapping-fptoint -msign-ext)
target_compile_options(cooperator PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features})

# The setting for the size of the stack was renamed in Emscripten 3.1.25.
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.25)
  set(STACK_SIZE_SETTING TOTAL_STACK)
else()
  set(STACK_SIZE_SETTING STACK_SIZE)
endif()

set(imports "${CMAKE_CURRENT_SOURCE_DIR}/src/wasm/imports.js")
add_executable(core src/wasm/bridge.c src/wasm/memory.c)
set_target_properties(core PROPERTIES OUTPUT_NAME cooperator SUFFIX .wasm LINK_DEPENDS "${imports}")
target_compile_options(core PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features})
target_link_options(core PRIVATE
  ${COOPERATOR_WASM_OPTIMIZE}
  --no-entry
  "SHELL:--js-library \"${imports}\""
  -sINITIAL_MEMORY=1MB
  -sALLOW_MEMORY_GROWTH
  -sALLOW_TABLE_GROWTH
  -Wl,--export-table
  # Put back after a trap, which leaves it where it was at that moment.
  -Wl,--export=__stack_pointer
  -s${STACK_SIZE_SETTING}=512KB
  # An overflowing stack then runs into address 0 and traps, where it would overwrite data.
  -Wl,--stack-first)
target_link_libraries(core PRIVATE cooperator cooperator_build)

# Targets for WebAssembly:
# - `core` is cooperator.wasm: the library and its bridge to JavaScript, without Emscripten's JavaScript.
# - `instrument` is instrument.wasm: the rewriter of modules, without Emscripten's JavaScript.
# - `cooperator::wasm` is the library and its bridge, for programs that are built with Emscripten.

set(COOPERATOR_WASM_OPTIMIZE -Oz CACHE STRING "Optimization of the library and of cooperator.wasm")
# All supported engines have these features. Current Emscripten versions enable them by default.
set(wasm_features -mbulk-memory -mnontrapping-fptoint -msign-ext)
target_compile_options(cooperator PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features})

# The setting for the stack size was renamed in Emscripten 3.1.25.
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.25)
  set(STACK_SIZE_SETTING TOTAL_STACK)
else()
  set(STACK_SIZE_SETTING STACK_SIZE)
endif()

set(imports "${CMAKE_CURRENT_SOURCE_DIR}/src/wasm/imports.js")
# Compiled again for link-time optimization, which other compilers could not read in a library.
get_target_property(core_sources cooperator SOURCES)
add_executable(core src/wasm/package.c src/wasm/memory.c ${core_sources})
target_include_directories(core PRIVATE include)
set_target_properties(core PROPERTIES OUTPUT_NAME cooperator SUFFIX .wasm LINK_DEPENDS "${imports}")
target_compile_options(core PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features} -flto)
target_compile_definitions(core PRIVATE COOP__HOST=coop__bridge_host)
target_link_options(core PRIVATE
  ${COOPERATOR_WASM_OPTIMIZE}
  -flto
  --no-entry
  "SHELL:--js-library \"${imports}\""
  -sINITIAL_MEMORY=1MB
  -sALLOW_MEMORY_GROWTH
  -sALLOW_TABLE_GROWTH
  -Wl,--export-table
  -s${STACK_SIZE_SETTING}=512KB
  # So that a stack overflow traps at address 0 instead of overwriting data.
  -Wl,--stack-first)
target_link_libraries(core PRIVATE cooperator_build)

# Not part of the package: scripts/constants.mjs runs it to generate js/core/constants.js.
add_executable(constants src/wasm/constants.c)
set_target_properties(constants PROPERTIES SUFFIX .wasm)
target_link_options(constants PRIVATE --no-entry)
target_link_libraries(constants PRIVATE cooperator cooperator_build)

target_compile_options(cooperator_instrument PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features})
get_target_property(instrument_sources cooperator_instrument SOURCES)
add_executable(instrument src/wasm/instrument.c ${instrument_sources})
target_include_directories(instrument PRIVATE include)
set_target_properties(instrument PROPERTIES SUFFIX .wasm)
target_compile_options(instrument PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features} -flto)
target_link_options(instrument PRIVATE
  ${COOPERATOR_WASM_OPTIMIZE}
  -flto
  --no-entry
  -sINITIAL_MEMORY=1MB
  # Memory grows without a call to JavaScript: see src/wasm/instrument.c.
  -sALLOW_MEMORY_GROWTH
  -sMAXIMUM_MEMORY=4GB
  -s${STACK_SIZE_SETTING}=64KB
  -Wl,--stack-first)
target_link_libraries(instrument PRIVATE cooperator_build)

add_library(cooperator_wasm STATIC src/wasm/program.c)
add_library(cooperator::wasm ALIAS cooperator_wasm)
set_target_properties(cooperator_wasm PROPERTIES EXPORT_NAME wasm)
target_sources(cooperator_wasm PUBLIC FILE_SET HEADERS BASE_DIRS include FILES include/cooperator/wasm.h)
target_compile_options(cooperator_wasm PRIVATE ${COOPERATOR_WASM_OPTIMIZE} ${wasm_features})
target_link_libraries(cooperator_wasm PUBLIC cooperator PRIVATE $<BUILD_INTERFACE:cooperator_build>)
set(program_imports "${CMAKE_INSTALL_DATADIR}/cooperator/program.js")
target_link_options(cooperator_wasm INTERFACE
  "$<BUILD_INTERFACE:SHELL:--js-library \"${CMAKE_CURRENT_SOURCE_DIR}/src/wasm/program.js\">"
  "$<INSTALL_INTERFACE:SHELL:--js-library \"$<INSTALL_PREFIX>/${program_imports}\">"
  # native() adds steps to the table.
  -sALLOW_TABLE_GROWTH
  # Link the bridge also into a program whose code does not use the library.
  -Wl,--undefined=coop_wasm_cooperator)
install(TARGETS cooperator_wasm EXPORT cooperatorTargets FILE_SET HEADERS)
install(FILES src/wasm/program.js DESTINATION "${CMAKE_INSTALL_DATADIR}/cooperator")

if(COOPERATOR_COVERAGE)
  set(profile "${CMAKE_CURRENT_SOURCE_DIR}/test/verify/coverage/profile.c")
  # Only src/wasm counts.
  set_source_files_properties("${profile}" ${core_sources}
    PROPERTIES COMPILE_OPTIONS "-fno-profile-instr-generate;-fno-coverage-mapping")
  foreach(target IN ITEMS core cooperator_wasm)
    target_sources(${target} PRIVATE "${profile}")
    target_compile_options(${target} PRIVATE -fprofile-instr-generate -fcoverage-mapping
      "SHELL:-mllvm -enable-name-compression=false")
  endforeach()
endif()

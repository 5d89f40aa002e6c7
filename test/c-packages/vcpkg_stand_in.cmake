# Runs the port in packaging/vcpkg with a stand-in for vcpkg: the functions that the port calls, for one triplet. vcpkg
# itself is downloaded when it is installed, from a place that the tests do not use.
#   cmake -DPORT_DIR=<folder of the port> -DWORK=<folder> -P vcpkg_stand_in.cmake
cmake_minimum_required(VERSION 3.23)

get_filename_component(PORT "${PORT_DIR}" NAME)
set(CURRENT_PACKAGES_DIR "${WORK}/packages")
set(build "${WORK}/build")

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 configure "" "SOURCE_PATH" "OPTIONS")
  if(configure_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "vcpkg_cmake_configure: unknown arguments ${configure_UNPARSED_ARGUMENTS}")
  endif()
  execute_process(COMMAND "${CMAKE_COMMAND}" -S "${configure_SOURCE_PATH}" -B "${build}" -G Ninja
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_LIBDIR=lib "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}"
    -DCMAKE_WARN_DEPRECATED=OFF -DBUILD_SHARED_LIBS=OFF ${configure_OPTIONS} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_install)
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${build}" --target install COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# vcpkg moves these files and corrects the paths in them; here it is enough that they are where the port says.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 fixup "" "CONFIG_PATH" "")
  if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/${fixup_CONFIG_PATH}/${PORT}Config.cmake")
    message(FATAL_ERROR "vcpkg_cmake_config_fixup: no ${PORT}Config.cmake in ${fixup_CONFIG_PATH}")
  endif()
endfunction()

function(vcpkg_fixup_pkgconfig)
  file(GLOB found "${CURRENT_PACKAGES_DIR}/lib/pkgconfig/*.pc")
  if(NOT found)
    message(FATAL_ERROR "vcpkg_fixup_pkgconfig: no .pc file in lib/pkgconfig")
  endif()
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 copyright "" "" "FILE_LIST")
  file(READ "${copyright_FILE_LIST}" text)
  file(WRITE "${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright" "${text}")
endfunction()

include("${PORT_DIR}/portfile.cmake")

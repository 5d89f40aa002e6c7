"""The recipe for Conan 2. In a checkout of the project: conan create packaging/conan"""

import re
from os.path import join

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir


class CooperatorConan(ConanFile):
    name = "cooperator"
    description = "Cooperative multitasking: fair turns in short slices"
    license = "MIT"
    topics = ("multitasking", "scheduler", "coroutines")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    implements = ["auto_shared_fpic"]
    languages = "C"

    @property
    def _project(self):
        return join(self.recipe_folder, "..", "..")

    def set_version(self):
        lists = load(self, join(self._project, "CMakeLists.txt"))
        self.version = re.search(r"^project\([^)]*VERSION (\S+)", lists, re.MULTILINE).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*"):
            copy(self, pattern, self._project, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["COOPERATOR_BUILD_TESTS"] = False
        toolchain.cache_variables["COOPERATOR_WERROR"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, join(self.package_folder, "licenses"))
        CMake(self).install()
        for folder in ("cmake", "pkgconfig"):  # Conan writes its own
            rmdir(self, join(self.package_folder, "lib", folder))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "cooperator")
        core = self.cpp_info.components["core"]
        core.libs = ["cooperator"]
        core.set_property("cmake_target_name", "cooperator::cooperator")
        core.set_property("pkg_config_name", "cooperator")
        if self.settings.os in ("Linux", "FreeBSD"):
            core.system_libs = ["m"]
        stdhost = self.cpp_info.components["stdhost"]
        stdhost.libs = ["cooperator_stdhost"]
        stdhost.requires = ["core"]
        stdhost.set_property("cmake_target_name", "cooperator::stdhost")
        stdhost.set_property("pkg_config_name", "cooperator-stdhost")
        instrument = self.cpp_info.components["instrument"]
        instrument.libs = ["cooperator_instrument"]
        instrument.set_property("cmake_target_name", "cooperator::instrument")

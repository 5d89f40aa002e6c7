"""Runs the recipe in packaging/conan, and then its test_package, with a stand-in for Conan 2: what the two recipes use of
it, and no more. Conan itself comes from PyPI, which the tests do not use.

    python3 conan_stand_in.py <project> <folder to work in>
"""

import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
from os.path import dirname, exists, join, relpath
from types import ModuleType, SimpleNamespace

project, work = sys.argv[1:]
sys.dont_write_bytecode = True


def run(*command, cwd=None):
    subprocess.run(command, check=True, cwd=cwd)


class Settings(SimpleNamespace):
    def rm_safe(self, name):
        self.__dict__.pop(name, None)


class Component:
    def __init__(self):
        self.libs, self.system_libs, self.requires, self.properties = [], [], [], {}

    def set_property(self, name, value):
        self.properties[name] = value


class CppInfo(Component):
    def __init__(self):
        super().__init__()
        self.components = {name: Component() for name in ("core", "stdhost", "instrument")}


class ConanFile:
    def __init__(self, recipe_folder, folder):
        self.recipe_folder = recipe_folder
        self.settings = Settings(os="Linux", arch="x86_64", compiler="gcc", build_type="Release")
        self.export_sources_folder = self.source_folder = join(folder, "sources")
        self.build_folder = join(folder, "build")
        self.package_folder = join(folder, "package")
        self.generators_folder = join(folder, "generators")
        self.cpp_info = CppInfo()
        self.cpp = SimpleNamespace(build=SimpleNamespace(bindir=self.build_folder))
        self.tested_reference_str = "cooperator/tested"
        self.required = []
        self.cache_variables = {}

    def requires(self, reference):
        self.required.append(reference)

    def run(self, command, env):
        assert env == "conanrun", env
        run(command)


class CMakeToolchain:
    def __init__(self, recipe):
        self.recipe, self.cache_variables = recipe, {}

    def generate(self):
        self.recipe.cache_variables = self.cache_variables


class CMake:
    def __init__(self, recipe):
        self.recipe = recipe

    def configure(self):
        recipe = self.recipe
        variables = {"CMAKE_BUILD_TYPE": "Release", "CMAKE_INSTALL_LIBDIR": "lib", **recipe.cache_variables}
        options = [f"-D{name}={'ON' if value is True else value or 'OFF'}" for name, value in variables.items()]
        run("cmake", "-G", "Ninja", "-S", recipe.source_folder, "-B", recipe.build_folder, *options)

    def build(self):
        run("cmake", "--build", self.recipe.build_folder)

    def install(self):
        run("cmake", "--install", self.recipe.build_folder, "--prefix", self.recipe.package_folder)


def copy(recipe, pattern, source, target):
    """As Conan's: `*` matches slashes, too."""
    found = []
    for folder, _, names in os.walk(source):
        for name in names:
            path = relpath(join(folder, name), source)
            if path.startswith((".git/", "build/", "node_modules/")) or not fnmatch.fnmatch(path, pattern):
                continue
            os.makedirs(dirname(join(target, path)), exist_ok=True)
            shutil.copy(join(folder, name), join(target, path))
            found.append(path)
    assert found, f"nothing in {source} matches {pattern}"


def load(recipe, path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rmdir(recipe, path):
    assert exists(path), f"no {path}"
    shutil.rmtree(path)


def provide(name, **members):
    module = ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


provide("conan", ConanFile=ConanFile)
provide("conan.tools")
provide("conan.tools.cmake", CMake=CMake, CMakeToolchain=CMakeToolchain, cmake_layout=lambda recipe: None)
provide("conan.tools.files", copy=copy, load=load, rmdir=rmdir)
provide("conan.tools.build", can_run=lambda recipe: True)


def load_recipe(folder, into):
    spec = importlib.util.spec_from_file_location("recipe", join(folder, "conanfile.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (recipe,) = [
        value(folder, into)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, ConanFile) and value is not ConanFile
    ]
    return recipe


def write_config(recipe, folder):
    """As the generator CMakeDeps: a CMake package from the description of the components, not from the project's."""
    info, lines = recipe.cpp_info, []
    for component in info.components.values():
        target = component.properties["cmake_target_name"]
        (library,) = component.libs
        archive = join(recipe.package_folder, "lib", f"lib{library}.a")
        assert exists(archive), f"no {archive}"
        needs = [info.components[name].properties["cmake_target_name"] for name in component.requires]
        lines += [
            f"add_library({target} STATIC IMPORTED)",
            f'set_target_properties({target} PROPERTIES IMPORTED_LOCATION "{archive}"',
            f'  INTERFACE_INCLUDE_DIRECTORIES "{recipe.package_folder}/include"',
            f'  INTERFACE_LINK_LIBRARIES "{";".join(needs + component.system_libs)}")',
        ]
    os.makedirs(folder, exist_ok=True)
    with open(join(folder, f"{info.properties['cmake_file_name']}-config.cmake"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


recipe = load_recipe(join(project, "packaging/conan"), work)
recipe.set_version()
recipe.export_sources()
recipe.layout()
recipe.generate()
recipe.build()
recipe.package()
recipe.package_info()

test = load_recipe(join(project, "packaging/conan/test_package"), join(work, "test"))
test.requirements()
assert test.required == [test.tested_reference_str]
test.source_folder = test.recipe_folder
test.cache_variables = {"cooperator_DIR": test.generators_folder}
write_config(recipe, test.generators_folder)
test.layout()
test.build()
test.test()
print(f"{recipe.name}/{recipe.version}")

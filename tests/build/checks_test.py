#!/usr/bin/env python3
"""Plants violations in small trees, and proves that layers.py, tree.py and docs.py find each of them and nothing else."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import docs  # noqa: E402
import layers  # noqa: E402
import tree  # noqa: E402


class PlantedTree(unittest.TestCase):
    """A tree without a violation, to which each test adds one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        self.write("include/drydock/base/error.h", "#include <string>\n")
        self.write("include/drydock/docker/client.h", '#include "drydock/base/error.h"\n')
        self.write("include/drydock/gtest/matchers.h", "#include <gmock/gmock-matchers.h>\n")
        self.write("include/drydock/drydock.h", '#include "drydock/docker/client.h"\n')
        self.write("include/drydock/gtest.h", '#include "drydock/drydock.h"\n#include "drydock/gtest/matchers.h"\n')
        self.write("src/base/text.h", "#include <string_view>\n")
        self.write("src/transport/httplib_exchange.cpp", "#include <httplib.h>\n")
        self.write("src/docker/json_reader.cpp", '#include <simdjson.h>\n#include "base/text.h"\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def layer_violations(self):
        return list(layers.violations(self.root))

    def assert_one(self, found, *parts):
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])


class LayersTest(PlantedTree):
    def test_accepts_a_clean_tree(self):
        self.assertEqual(self.layer_violations(), [])

    def test_finds_an_include_that_points_upward(self):
        self.write("src/base/text.cpp", '#include "drydock/docker/client.h"\n')
        self.assert_one(self.layer_violations(), "src/base/text.cpp", "upward", "base -> docker")

    def test_finds_an_internal_include_that_points_upward(self):
        self.write("src/docker/json.h", "")
        self.write("src/transport/frames.cpp", '  #  include "docker/json.h"\n')
        self.assert_one(self.layer_violations(), "src/transport/frames.cpp", "upward")

    def test_finds_an_include_of_another_layer_of_the_same_rank(self):
        self.write("src/resilience/retry.h", "")
        self.write("src/observability/log.cpp", '#include "resilience/retry.h"\n')
        self.assert_one(self.layer_violations(), "sideways")

    def test_finds_a_fixture_that_includes_the_gtest_layer(self):
        self.write("fixtures/http_service.cpp", '#include "drydock/gtest.h"\n')
        self.assert_one(self.layer_violations(), "fixtures/http_service.cpp", "sideways")

    def test_finds_an_umbrella_header_used_from_within(self):
        self.write("src/docker/client.cpp", '#include "drydock/drydock.h"\n')
        self.assert_one(self.layer_violations(), "src/docker/client.cpp", "upward")

    def test_finds_a_file_outside_of_the_layers(self):
        self.write("src/util/misc.cpp", "")
        self.assert_one(self.layer_violations(), "src/util/misc.cpp", "no layer")

    def test_finds_a_public_header_with_an_internal_include(self):
        self.write("include/drydock/docker/client.h", '#include "base/text.h"\n')
        self.assertTrue(any("internal header" in line for line in self.layer_violations()))

    def test_finds_each_hidden_library_in_a_public_header(self):
        for include in ("fmt/format.h", "simdjson.h", "httplib.h", "archive.h"):
            with self.subTest(include):
                self.write("include/drydock/base/error.h", f"#include <{include}>\n")
                found = self.layer_violations()
                self.assertTrue(any(line.startswith("include/drydock/base/error.h") for line in found), found)

    def test_finds_a_hidden_library_through_another_header(self):
        self.write("include/drydock/base/error.h", "#include <fmt/core.h>\n")
        found = self.layer_violations()
        self.assertTrue(any(line.startswith("include/drydock/docker/client.h") for line in found), found)

    def test_finds_googletest_below_the_gtest_layer(self):
        self.write("include/drydock/container/context.h", "#include <gtest/gtest.h>\n")
        self.assert_one(self.layer_violations(), "includes GoogleTest")

    def test_finds_a_second_includer_of_a_wrapped_library(self):
        self.write("src/docker/images.cpp", "#include <simdjson.h>\n")
        self.assert_one(self.layer_violations(), "only src/docker/json_reader.cpp may")

    def test_refuses_an_empty_tree(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertTrue(list(layers.violations(pathlib.Path(empty))))


class TreeTest(PlantedTree):
    def tree_violations(self):
        return list(tree.violations(self.root))

    def test_accepts_a_clean_tree(self):
        self.assertEqual(self.tree_violations(), [])

    def test_finds_a_long_source(self):
        self.write("src/base/long.cpp", "\n" * 401)
        self.assert_one(self.tree_violations(), "src/base/long.cpp", "401 lines")

    def test_accepts_a_source_of_the_greatest_length(self):
        self.write("src/base/long.cpp", "\n" * 400)
        self.assertEqual(self.tree_violations(), [])

    def test_finds_a_note(self):
        self.write("docs/guide.md", "one\nFIX" + "ME: two\n")
        self.assert_one(self.tree_violations(), "docs/guide.md:2")

    def test_finds_the_path_of_the_tree_itself(self):
        self.write("docs/guide.md", f"see {self.root}/include\n")
        self.assert_one(self.tree_violations(), "docs/guide.md:1", "one machine")

    def test_finds_a_binary(self):
        (self.root / "src/base/blob.bin").write_bytes(b"\x7fELF\0")
        self.assert_one(self.tree_violations(), "is binary")


class DocsTest(PlantedTree):
    def setUp(self):
        super().setUp()
        self.write("examples/first.cpp", "int main() {\n  if (true) {\n    return 0;\n  }\n}\n")
        self.write("README.md", "[guide](docs/guide.md) [there](https://example.org/x)\n```cpp\nint own;\n```\n")
        self.write("docs/guide.md", "[up](../README.md)\n```cpp\nif (true) {\n  return 0;\n}\n```\n")
        self.write("tests/first_test.cpp", "")
        self.write("docs/patterns.md", "| 1 Run | [a](../examples/first.cpp) | [b](../tests/first_test.cpp) |\n")

    def docs_violations(self):
        return list(docs.violations(self.root))

    def test_accepts_code_of_an_example(self):
        self.assertEqual(self.docs_violations(), [])

    def test_finds_code_of_no_example(self):
        self.write("docs/guide.md", "```cpp\nif (false) {\n  return 0;\n}\n```\n")
        self.assert_one(self.docs_violations(), "docs/guide.md", "if (false)")

    def test_finds_code_of_no_example_on_any_page(self):
        self.write("docs/other.md", "```cpp\nint unknown;\n```\n")
        self.assert_one(self.docs_violations(), "docs/other.md", "int unknown")

    def test_takes_cmake_of_an_example_in_a_folder(self):
        self.write("examples/project/CMakeLists.txt", "project(p)\nadd_executable(a a.cpp)\n")
        self.write("docs/other.md", "```cmake\nadd_executable(a a.cpp)\n```\n")
        self.assertEqual(self.docs_violations(), [])

    def test_finds_cmake_of_no_example(self):
        self.write("examples/project/a.cpp", "add_executable(a a.cpp)\n")
        self.write("docs/other.md", "```cmake\nadd_executable(a a.cpp)\n```\n")
        self.assert_one(self.docs_violations(), "docs/other.md", "add_executable")

    def test_finds_a_link_to_nowhere(self):
        self.write("README.md", "[gone](docs/gone.md)\n")
        self.assert_one(self.docs_violations(), "README.md", "docs/gone.md")

    def test_finds_a_workflow_without_a_test(self):
        self.write("docs/patterns.md", "| 1 Run | [a](../examples/first.cpp) | by hand |\n")
        self.assert_one(self.docs_violations(), "docs/patterns.md", "tests", "1 Run")

    def test_finds_a_pattern_whose_test_is_gone(self):
        (self.root / "tests/first_test.cpp").unlink()
        self.assert_one(self.docs_violations(), "docs/patterns.md", "../tests/first_test.cpp")


if __name__ == "__main__":
    unittest.main()

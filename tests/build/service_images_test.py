#!/usr/bin/env python3
"""scripts/lib/service_images.py: what goes into the layers, when an image counts as outdated, the image map. Nothing is
downloaded, and no registry is asked."""
import io
import json
import os
import sys
import tarfile
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "scripts", "lib"))

import service_images  # noqa: E402 (found by the path above)


class ServiceImagesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def service(self, name, files=(), **says):
        folder = os.path.join(self.folder, name)
        for path, mode in files:
            here = os.path.join(folder, "rootfs", path)
            os.makedirs(os.path.dirname(here), exist_ok=True)
            with open(here, "w", encoding="utf-8") as file:
                file.write(path)
            os.chmod(here, mode)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "service.json"), "w", encoding="utf-8") as file:
            json.dump({"image": f"test/{name}:1", **says}, file)
        return service_images.Service(folder, self.folder)

    def members(self, service):
        packed = io.BytesIO()
        service_images.write_files(service, packed)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            return {member.name: member for member in archive}

    def test_files_are_owned_by_root_and_folders_as_said(self):
        members = self.members(self.service("one", [("opt/run.sh", 0o700), ("opt/conf", 0o600)], users=[["app", 77, "/data"]],
                                            directories=[["/data", "77:77", "1777"]], links={"/opt/link": "conf"}))
        facts = {name: (member.uid, oct(member.mode)) for name, member in members.items()}
        self.assertEqual(facts["opt"], (0, "0o755"))
        self.assertEqual(facts["opt/run.sh"], (0, "0o755"))
        self.assertEqual(facts["opt/conf"], (0, "0o644"))
        self.assertEqual(facts["data"], (77, "0o1777"))
        self.assertEqual(members["opt/link"].linkname, "conf")
        self.assertIn("etc/passwd", members)

    def test_accounts_end_in_whole_lines(self):
        files = service_images.account_files([["app", 77, "/data"]])
        self.assertEqual(files["/etc/passwd"].decode().splitlines()[-1], "app:x:77:77::/data:/bin/bash")
        self.assertEqual(files["/etc/group"].decode().splitlines()[-1], "app:x:77:")
        self.assertNotIn(b"\n\n", files["/etc/passwd"] + files["/etc/group"])

    def test_an_image_is_outdated_when_a_file_its_mode_or_the_base_has_changed(self):
        def hashed(files, base="a", **says):
            return self.service("one", files, packages=["p"], **says).image_hash(base)

        first = hashed([("conf", 0o644)])
        self.assertEqual(hashed([("conf", 0o644)]), first)
        self.assertNotEqual(hashed([("conf", 0o755)]), first)
        self.assertNotEqual(hashed([("conf", 0o644)], base="b"), first)
        self.assertNotEqual(hashed([("conf", 0o644)], config={"Cmd": ["x"]}), first)
        self.assertNotEqual(hashed([("conf", 0o644), ("more", 0o644)]), first)

    def test_files_and_configuration_leave_the_layer_of_packages_as_it_is(self):
        first = self.service("one", packages=["p"]).packages_hash("a")
        self.assertEqual(self.service("one", [("conf", 0o644)], packages=["p"], config={"Cmd": ["x"]}).packages_hash("a"),
                         first)
        self.assertNotEqual(self.service("one", packages=["p", "q"]).packages_hash("a"), first)

    def test_a_service_that_is_like_another_adds_to_it(self):
        self.service("one", [("a", 0o644), ("b", 0o644)], packages=["p"], config={"Cmd": ["x"], "User": "u"})
        other = self.service("two", [("b", 0o644)], like="one", packages=["q"], config={"Cmd": ["y"]})
        self.assertEqual(other.all("packages"), ["p", "q"])
        self.assertEqual(other.config(), {"Cmd": ["y"], "User": "u"})
        self.assertEqual(sorted(other.files()), ["/a", "/b"])
        self.assertIn("/two/", other.files()["/b"])

    def test_the_map_names_the_narrower_reference_first(self):
        services = [self.service("one", references=["app:*"]), self.service("two", references=["app:3-extra*", "b:*"])]
        path = os.path.join(self.folder, "map")
        service_images.write_map("127.0.0.1:9", services, path)
        with open(path, encoding="utf-8") as file:
            lines = [line.split() for line in file if not line.startswith("#")]
        self.assertEqual(lines, [["app:3-extra*", "127.0.0.1:9/test/two:1"], ["app:*", "127.0.0.1:9/test/one:1"],
                                 ["b:*", "127.0.0.1:9/test/two:1"]])

    def test_every_service_of_the_repository_is_readable_and_has_its_own_image_and_references(self):
        folder = os.path.join(ROOT, "tests", "images", "services")
        services = [service_images.Service(os.path.join(folder, name), folder) for name in sorted(os.listdir(folder))]
        images = [service.says["image"] for service in services]
        references = [reference for service in services for reference in service.says.get("references", [])]
        self.assertEqual(len(set(images)), len(images))
        self.assertEqual(len(set(references)), len(references))
        for service in services:
            self.assertTrue(service.image_hash("base"))
            for path, here in service.files().items():
                with open(here, "rb") as file:
                    self.assertEqual(file.read(2) == b"#!", os.access(here, os.X_OK), f"mode of {service.name}{path}")


if __name__ == "__main__":
    unittest.main()

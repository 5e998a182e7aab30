#!/usr/bin/env python3
"""Makes the images of real servers (Postgres, Redis, ...) from Debian's packages, in a registry on this machine.

Each folder of tests/images/services is one image:
  service.json  image      name and tag in the registry
                references official references that the image stands for, in the form of an image map
                packages   Debian packages, which bring those that they need; "without": patterns of what is left
                           out; "only": patterns of all that is taken
                drop       paths (with wildcards) that are removed after unpacking
                users      [name, uid, home]; directories: [path, "uid:gid", mode]; links: {path: target}
                base       false: from an empty image, without a base layer
                config     the image's configuration, as in the image format (Env, Cmd, ExposedPorts, ...)
                like       name of another service; all of the above but image and references is added to what that
                           one says
  setup.sh      run after unpacking, as the calling user, with the unpacked packages in $ROOT
  rootfs/       files that are put on top, owned by root

An image has a layer of base packages (shared by all), one of its packages, and one of its own files. A label carries
the hash of all that it was made from; one that is up to date is not made again, and of one whose own files alone have
changed only the last layer is."""
import argparse
import concurrent.futures
import fnmatch
import glob
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import threading

from debian_packages import PackageError, Packages
from registry_client import Registry, RegistryError

LABEL = "org.drydock-test.inputs"
BASE = "debian"
HERE = os.path.dirname(os.path.abspath(__file__))


def digest_of(*parts):
    hashed = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        hashed.update(str(len(data)).encode() + b":" + data)
    return hashed.hexdigest()[:16]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def code_hash():
    return digest_of(*(read(os.path.join(HERE, name))
                       for name in ("debian_packages.py", "registry_client.py", "service_accounts.txt", "service_images.py")))


class Service:
    """What a folder of tests/images/services says."""

    def __init__(self, folder, services):
        self.name, self.folder = os.path.basename(folder), folder
        self.says = json.loads(read(os.path.join(folder, "service.json")))
        self.like = Service(os.path.join(services, self.says["like"]), services) if "like" in self.says else None
        self.repository, self.tag = self.says["image"].rsplit(":", 1)

    def all(self, key):
        return (self.like.all(key) if self.like else []) + list(self.says.get(key, []))

    def links(self):
        return {**(self.like.links() if self.like else {}), **self.says.get("links", {})}

    def config(self):
        return {**(self.like.config() if self.like else {}), **self.says.get("config", {})}

    def setup(self):
        path = os.path.join(self.folder, "setup.sh")
        return path if os.path.exists(path) else self.like.setup() if self.like else None

    def files(self):
        """{path in the image: path here}"""
        found = self.like.files() if self.like else {}
        top = os.path.join(self.folder, "rootfs")
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                found["/" + os.path.relpath(path, top)] = path
        return found

    def has_base(self):
        return self.says.get("base", self.name != BASE) and (self.like is None or self.like.has_base())

    def packages_hash(self, base_hash):
        setup = self.setup()
        return digest_of(code_hash(), base_hash if self.has_base() else "", self.all("packages"), self.all("without"),
                         self.all("only"), self.all("drop"), read(setup) if setup else b"")

    def image_hash(self, base_hash):
        files = [[path, bool(os.stat(here).st_mode & 0o100), digest_of(read(here))]
                 for path, here in sorted(self.files().items())]
        return digest_of(self.packages_hash(base_hash), self.config(), self.says["image"], self.all("users"), self.all("directories"),
                         self.links(), files)


def write_tree(folder, file):
    """Writes a folder as a tar archive, all owned by root."""
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT) as archive:
        for top, folders, names in os.walk(folder):
            folders.sort()
            links = [name for name in folders if os.path.islink(os.path.join(top, name))]
            entries = ([top] if top != folder else []) + [os.path.join(top, name) for name in sorted(names + links)]
            for path in entries:
                member = archive.gettarinfo(path, os.path.relpath(path, folder))
                if member is None:  # a socket
                    continue
                member.uid = member.gid = 0
                member.uname = member.gname = ""
                if member.isreg():
                    with open(path, "rb") as content:
                        archive.addfile(member, content)
                else:
                    archive.addfile(member)


def account_files(users):
    """/etc/passwd and /etc/group of the image."""
    passwd, group = read(os.path.join(HERE, "service_accounts.txt")).decode().split("\n\n")
    for name, uid, home in users:
        passwd += f"\n{name}:x:{uid}:{uid}::{home}:/bin/bash"
        group = group.rstrip("\n") + f"\n{name}:x:{uid}:"
    return {"/etc/passwd": passwd.encode() + b"\n", "/etc/group": group.encode() + b"\n"}


def write_files(service, file):
    """Writes the layer of the service's own files."""
    contents = {path: (read(here), 0o755 if os.stat(here).st_mode & stat.S_IXUSR else 0o644)
                for path, here in service.files().items()}
    if service.all("users") or service.name == BASE:
        contents.update({path: (data, 0o644) for path, data in account_files(service.all("users")).items()})
    folders = {path: (owner, mode) for path, owner, mode in service.all("directories")}
    for path in list(contents) + list(service.links()) + list(folders):
        while (path := os.path.dirname(path)) != "/":
            folders.setdefault(path, ("0:0", "0755"))
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(folders):
            member = tarfile.TarInfo(path.lstrip("/"))
            member.type, member.mode = tarfile.DIRTYPE, int(folders[path][1], 8)
            member.uid, member.gid = (int(part) for part in folders[path][0].split(":"))
            archive.addfile(member)
        for path, (data, mode) in sorted(contents.items()):
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mode = len(data), mode
            archive.addfile(member, io.BytesIO(data))
        for path, target in sorted(service.links().items()):
            member = tarfile.TarInfo(path.lstrip("/"))
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)


class Maker:
    """Makes what is missing. Layers of packages are remembered in the work folder by their hash."""

    def __init__(self, registry, services, work, jobs):
        self.registry, self.work, self.jobs = Registry(registry), work, jobs
        os.makedirs(work, exist_ok=True)
        self.services = [Service(os.path.dirname(path), services)
                         for path in sorted(glob.glob(os.path.join(services, "*", "service.json")))]
        self.base = next(service for service in self.services if service.name == BASE)
        self.base_hash = self.base.packages_hash("")
        self.memory, self.lock = os.path.join(work, "layers.json"), threading.Lock()
        self.layers = json.loads(read(self.memory)) if os.path.exists(self.memory) else {}
        self.packages = None

    def outdated(self):
        return [service for service in self.services
                if (self.registry.labels(service.repository, service.tag) or {}).get(LABEL) !=
                service.image_hash(self.base_hash)]

    def remembered(self, service):
        layer = self.layers.get(service.packages_hash(self.base_hash))
        return layer if layer and self.registry.has_blob(layer["repository"], layer["digest"]) else None

    def make(self):
        outdated = self.outdated()
        if not outdated:
            return 0
        if self.base in outdated or not self.remembered(self.base):
            outdated = [self.base] + [service for service in outdated if service is not self.base]
        unpacked = {service.packages_hash(self.base_hash): service for service in outdated
                    if not self.remembered(service)}
        plans = self.plan_with_fresh_lists(list(unpacked.values())) if unpacked else {}
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for done in [pool.submit(self.make_layer, *plan) for plan in plans.values()]:
                done.result()
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for done in [pool.submit(self.make_image, service) for service in outdated]:
                done.result()
        return len(outdated)

    def plan_with_fresh_lists(self, services):
        """Where apt's lists are missing or older than the packages that are served, gets new ones, as root."""
        try:
            return self.plan(services)
        except PackageError:
            if os.geteuid() != 0:
                raise
            Packages.refresh()
            return self.plan(services)

    def plan(self, services):
        """Resolves and downloads the packages of all the services: {name: (service, packages)}."""
        self.packages = Packages(os.path.join(self.work, "apt"))
        base = self.resolve(self.base)
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            needs = pool.map(lambda service: base if service is self.base else self.resolve(service), services)
        plans, wanted = {}, {}
        for service, needed in zip(services, needs):
            plans[service.name] = service, {
                name: version for name, version in needed.items()
                if service is self.base or not service.has_base() or name not in base}
            wanted.update(plans[service.name][1])
        self.packages.download(wanted)
        return plans

    def resolve(self, service):
        def matches(name, patterns):
            return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)

        return {name: version for name, version in self.packages.resolve(service.all("packages")).items()
                if matches(name, service.all("only") or ["*"]) and not matches(name, service.all("without"))}

    def make_layer(self, service, packages):
        root = os.path.join(self.work, "roots", service.name)
        shutil.rmtree(root, ignore_errors=True)
        os.makedirs(root)
        self.packages.unpack(packages, root)
        for pattern in service.all("drop"):
            for path in glob.glob(root + pattern):
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path)
                else:
                    os.remove(path)
        if service.setup():
            done = subprocess.run(["bash", "-euo", "pipefail", service.setup()], env={**os.environ, "ROOT": root},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                raise PackageError(f"'{service.setup()}' failed:\n{done.stdout[-2000:]}")
        layer = self.registry.put_layer(service.repository, lambda file: write_tree(root, file))
        shutil.rmtree(root)
        with self.lock:
            self.layers[service.packages_hash(self.base_hash)] = {**layer, "repository": service.repository}
            with open(self.memory + ".new", "w", encoding="utf-8") as file:
                json.dump(self.layers, file)
            os.replace(self.memory + ".new", self.memory)

    def make_image(self, service):
        shared = [self.base] if service.has_base() else []
        layers = [self.layers[part.packages_hash(self.base_hash)] for part in (*shared, service)]
        for layer in layers:
            if layer["repository"] != service.repository:
                self.registry.mount(service.repository, layer["digest"], layer["repository"])
        if shared:
            layers.insert(1, self.registry.put_layer(service.repository, lambda file: write_files(self.base, file)))
        layers.append(self.registry.put_layer(service.repository, lambda file: write_files(service, file)))
        config = {**service.config(), "Labels": {LABEL: service.image_hash(self.base_hash)}}
        self.registry.put_image(service.repository, service.tag, config, layers,
                                subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip())
        print(f"== image {service.says['image']} made, {sum(layer['size'] for layer in layers) / 1e6:.0f} MB packed",
              flush=True)


def write_map(registry, services, path):
    """Writes the image map: official references, and what stands for them. Longer patterns come first."""
    lines = [(pattern, f"{registry}/{service.says['image']}")
             for service in services for pattern in service.says.get("references", [])]
    width = max(len(pattern) for pattern, _ in lines)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("# Made by scripts/lib/service_images.py: official references, and the local images for them.\n")
        for pattern, image in sorted(lines, key=lambda line: (-len(line[0]), line[0])):
            file.write(f"{pattern:{width}} {image}\n")
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registry", required=True, help="host:port of a registry that takes images")
    parser.add_argument("--services", required=True, help="folder of the services")
    parser.add_argument("--work", required=True, help="folder for packages, unpacked files and what is remembered")
    parser.add_argument("--map", required=True, help="file to write the image map to")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    try:
        maker = Maker(arguments.registry, arguments.services, arguments.work, arguments.jobs)
        maker.make()
        write_map(arguments.registry, maker.services, arguments.map)
    except (PackageError, RegistryError, OSError) as error:
        print(f"service images: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

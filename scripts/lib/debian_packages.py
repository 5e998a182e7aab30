"""Resolves, downloads and unpacks Debian packages without installing them: no root, no chroot, no maintainer scripts.

Uses the package lists that the machine's apt has, only those of Debian itself, and a cache folder of its own."""
import os
import subprocess
import tempfile

# What packages need to be installed and configured, and an image of files does not.
NEVER = {
    "adduser", "cron", "cron-daemon-common", "debconf", "dpkg", "init-system-helpers", "iproute2", "libbpf1",
    "libdebconfclient0", "libelf1", "libfile-find-rule-perl", "libgdbm-compat4", "libgdbm6", "libmnl0",
    "libnumber-compare-perl", "libpam-runtime", "libperl5.36", "libsemanage-common", "libsemanage2", "libsepol2",
    "libtext-glob-perl", "libxtables12", "logrotate", "lsb-base", "passwd", "perl", "perl-base", "perl-modules-5.36",
    "sensible-utils", "sysvinit-utils", "ucf", "usrmerge",
}
EXCLUDED_PATHS = [
    "./usr/share/" + name
    for name in ("bash-completion", "bug", "doc", "doc-base", "info", "lintian", "locale", "man", "menu", "reportbug")
] + ["./etc/init.d", "./etc/cron.*", "./etc/logrotate.d", "./lib/systemd", "./usr/lib/systemd"]
MERGED = ("bin", "sbin", "lib", "lib64")


class PackageError(RuntimeError):
    """Says what is missing, and what to do."""


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise PackageError(f"'{command[0]}' failed, asked for {' '.join(command[-3:])}:\n{done.stdout[-2000:]}")
    return done.stdout


class Packages:
    """Threads may share it after the first resolve(), which makes apt's cache."""

    def __init__(self, cache):
        self.cache = cache
        self.archives = os.path.join(cache, "archives")
        os.makedirs(os.path.join(self.archives, "partial"), exist_ok=True)
        sources = os.path.join(cache, "sources.list")
        # An empty file of its own: with /dev/null, apt reads all lists anew each time.
        status = os.path.join(cache, "status")
        with open(status, "a", encoding="utf-8"):
            pass
        self.options = [
            "-o", f"Dir::State::status={status}", "-o", f"Dir::Cache={cache}", "-o", "Debug::NoLocking=1",
            "-o", "Dir::Cache::pkgcache=pkgcache.bin", "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin",
            "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null",
            "-o", "Dir::Etc::preferencesparts=/dev/null", "-o", "APT::Install-Recommends=0", "-o", "APT::Sandbox::User=",
        ]
        wanted = ["Created-By: Packages", "Origin: Debian"]
        lines = run(["apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)", *wanted])
        lines = [line for line in lines.splitlines() if line.split()[2].startswith("bookworm")]
        if not lines:
            raise PackageError("apt has no package lists of Debian 12; as root, run: apt-get update")
        with open(sources, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    @staticmethod
    def refresh():
        """Gets new package lists; needs root."""
        run(["apt-get", "update"])

    def resolve(self, names):
        """All packages that the names need, with versions: {name: version}."""
        empty = os.path.join(self.cache, "none")  # what is downloaded already would not be listed
        os.makedirs(os.path.join(empty, "partial"), exist_ok=True)
        found = {}
        command = ["apt-get", *self.options, "-o", f"Dir::Cache::archives={empty}", "--print-uris", "-y", "install"]
        for line in run([*command, *names]).splitlines():
            if line.startswith("'"):  # 'URL' name_version_architecture.deb size hash
                name, version, _ = line.split()[1].split("_")
                found[name] = version.replace("%3a", ":")
        return {name: version for name, version in found.items() if name not in NEVER}

    def archive(self, name, version):
        """The path of the downloaded package."""
        for architecture in (self.architecture(), "all"):
            path = os.path.join(self.archives, f"{name}_{version.replace(':', '%3a')}_{architecture}.deb")
            if os.path.exists(path):
                return path
        return None

    def architecture(self):
        if not hasattr(self, "known_architecture"):
            self.known_architecture = run(["dpkg", "--print-architecture"]).strip()
        return self.known_architecture

    def download(self, packages):
        missing = [f"{name}={version}" for name, version in packages.items() if not self.archive(name, version)]
        if missing:
            run(["apt-get", *self.options, "download", *sorted(missing)], cwd=self.archives)

    def unpack(self, packages, folder):
        """Unpacks the packages into the folder, without documentation, with /bin and the like merged into /usr."""
        for name in MERGED:
            os.makedirs(os.path.join(folder, "usr", name), exist_ok=True)
            if not os.path.lexists(os.path.join(folder, name)):
                os.symlink("usr/" + name, os.path.join(folder, name))
        excludes = ["--exclude=" + path for path in EXCLUDED_PATHS]
        for name, version in packages.items():
            with tempfile.TemporaryFile() as errors:
                source = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", self.archive(name, version)],
                                          stdout=subprocess.PIPE)
                unpacked = subprocess.run(
                    ["tar", "-x", "-C", folder, "--keep-directory-symlink", "--no-same-owner", "-p", "--anchored",
                     "--delay-directory-restore", *excludes],
                    stdin=source.stdout, stderr=errors, check=False)
                source.stdout.close()
                if source.wait() != 0 or unpacked.returncode != 0:
                    errors.seek(0)
                    raise PackageError(f"the package '{name}' could not be unpacked: {errors.read().decode()}")

"""Puts images into a registry on this machine over its API (Distribution v2), without an engine."""
import gzip
import hashlib
import http.client
import json
import tempfile

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


class RegistryError(RuntimeError):
    """Says what the registry answered."""


class HashingWriter:
    """Compresses what is written into a file, and hashes both sides."""

    def __init__(self, file):
        self.file, self.plain, self.packed, self.size = file, hashlib.sha256(), hashlib.sha256(), 0
        self.gzip = gzip.GzipFile(fileobj=self.Packed(self), mode="wb", compresslevel=1, mtime=0)

    class Packed:
        def __init__(self, owner):
            self.owner = owner

        def write(self, data):
            self.owner.packed.update(data)
            self.owner.size += len(data)
            return self.owner.file.write(data)

        def flush(self):
            self.owner.file.flush()

    def write(self, data):
        self.plain.update(data)
        return self.gzip.write(data)

    def close(self):
        self.gzip.close()


class Registry:
    """One registry. Each request has a connection of its own, so threads may share it."""

    def __init__(self, address):
        self.address = address

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.address, timeout=120)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
        finally:
            connection.close()

    def expect(self, wanted, method, path, body=None, headers=None):
        status, fields, content = self.request(method, path, body, headers)
        if status not in wanted:
            raise RegistryError(f"registry {self.address}: {method} {path} answered {status}: {content[:300]!r}")
        return fields, content

    def labels(self, name, tag):
        """The labels of the image's configuration; None when there is no such image."""
        status, _, content = self.request("GET", f"/v2/{name}/manifests/{tag}", headers={"Accept": MANIFEST})
        if status != 200:
            return None
        status, _, content = self.request("GET", f"/v2/{name}/blobs/{json.loads(content)['config']['digest']}")
        return json.loads(content)["config"].get("Labels") or {} if status == 200 else None

    def has_blob(self, name, digest):
        return self.request("HEAD", f"/v2/{name}/blobs/{digest}")[0] == 200

    def mount(self, name, digest, source):
        """Lets the repository have a blob that another one has."""
        self.expect((201,), "POST", f"/v2/{name}/blobs/uploads/?mount={digest}&from={source}")

    def put_blob(self, name, body, digest, size):
        fields, _ = self.expect((202,), "POST", f"/v2/{name}/blobs/uploads/", headers={"Content-Length": "0"})
        location = fields["location"].split(self.address, 1)[-1]
        location += ("&" if "?" in location else "?") + "digest=" + digest
        self.expect((201,), "PUT", location, body,
                    {"Content-Type": "application/octet-stream", "Content-Length": str(size)})

    def put_layer(self, name, write):
        """Uploads what write(file) writes as a layer; returns what put_image needs of it."""
        with tempfile.TemporaryFile() as file:
            writer = HashingWriter(file)
            write(writer)
            writer.close()
            file.seek(0)
            layer = {
                "digest": "sha256:" + writer.packed.hexdigest(),
                "diff_id": "sha256:" + writer.plain.hexdigest(),
                "size": writer.size,
            }
            self.put_blob(name, file, layer["digest"], layer["size"])
        return layer

    def put_image(self, name, tag, config, layers, architecture):
        document = json.dumps({
            "architecture": architecture, "os": "linux", "created": "2024-01-01T00:00:00Z", "config": config,
            "rootfs": {"type": "layers", "diff_ids": [layer["diff_id"] for layer in layers]},
            "history": [{"created": "2024-01-01T00:00:00Z", "created_by": "scripts/images"} for _ in layers],
        }).encode()
        digest = "sha256:" + hashlib.sha256(document).hexdigest()
        self.put_blob(name, document, digest, len(document))
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "size": len(document), "digest": digest},
            "layers": [{"mediaType": LAYER, "size": layer["size"], "digest": layer["digest"]} for layer in layers],
        })
        self.expect((201,), "PUT", f"/v2/{name}/manifests/{tag}", manifest, {"Content-Type": MANIFEST})

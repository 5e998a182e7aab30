#!/usr/bin/env python3
"""The images of real servers (tests/images/services) keep the contract of the official ones: users, ports, folders,
commands, environment, log lines. Needs an engine, and the image map that scripts/images --services writes; exits with
77 where there is no map."""
import http.client
import io
import json
import os
import re
import socket
import sys
import tarfile
import unittest
import urllib.parse

SKIPPED = 77
LIMIT_S = 120
OWNER = {"drydock-test.owner": f"service-images-{os.getpid()}"}


class EngineConnection(http.client.HTTPConnection):
    def connect(self):
        host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        if host.startswith("unix://"):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(self.timeout)
            self.sock.connect(host.removeprefix("unix://"))
        else:
            name, port = host.removeprefix("tcp://").rsplit(":", 1)
            self.sock = socket.create_connection((name, int(port)), self.timeout)


def call(method, path, body=None, content_type="application/json"):
    """One request; returns the answer's body, fails on an error."""
    connection = EngineConnection("localhost", timeout=LIMIT_S)
    try:
        data = json.dumps(body).encode() if content_type == "application/json" and body is not None else body
        connection.request(method, path, data, {"Content-Type": content_type})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise AssertionError(f"{method} {path}: {answer.status} {content.decode()}")
        return content
    finally:
        connection.close()


def frames(answer):
    """The texts of a stream that carries standard output and error."""
    while len(header := answer.read(8)) == 8:
        yield answer.read(int.from_bytes(header[4:], "big")).decode(errors="replace")


class Container:
    """A container of an official reference, by way of the map. Removed with its volumes by close()."""

    def __init__(self, reference, command=(), environment=None, files=None, user=""):
        image = resolve(reference)
        call("POST", "/images/create?fromImage=" + urllib.parse.quote(image, safe=""))
        self.image = json.loads(call("GET", f"/images/{image}/json"))["Config"]
        body = {"Image": image, "Labels": OWNER, "User": user,
                "Env": [f"{name}={value}" for name, value in (environment or {}).items()]}
        if command:
            body["Cmd"] = list(command)
        self.id = json.loads(call("POST", "/containers/create", body))["Id"]
        for path, (content, mode) in (files or {}).items():
            self.put(path, content, mode)
        call("POST", f"/containers/{self.id}/start")

    def put(self, path, content, mode):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content.encode()))
        call("PUT", f"/containers/{self.id}/archive?path=/", packed.getvalue(), "application/x-tar")

    def close(self):
        call("DELETE", f"/containers/{self.id}?force=1&v=1")

    def wait_for(self, text, times=1):
        """The log until the text has come so often; fails when the container ends before."""
        connection, log = EngineConnection("localhost", timeout=LIMIT_S), ""
        try:
            connection.request("GET", f"/containers/{self.id}/logs?stdout=1&stderr=1&follow=1")
            for part in frames(connection.getresponse()):
                log += part
                if log.count(text) >= times:
                    return log
        finally:
            connection.close()
        raise AssertionError(f"'{text}' did not come {times} times; the container said:\n{log[-3000:]}")

    def log(self):
        connection = EngineConnection("localhost", timeout=LIMIT_S)
        try:
            connection.request("GET", f"/containers/{self.id}/logs?stdout=1&stderr=1")
            return "".join(frames(connection.getresponse()))
        finally:
            connection.close()

    def ends(self):
        """The exit code and the whole log."""
        code = json.loads(call("POST", f"/containers/{self.id}/wait"))["StatusCode"]
        return code, self.log()

    def run(self, *command, environment=None, user=""):
        """The exit code and the output of a command in the container."""
        body = {"Cmd": list(command), "AttachStdout": True, "AttachStderr": True, "User": user,
                "Env": [f"{name}={value}" for name, value in (environment or {}).items()]}
        started = json.loads(call("POST", f"/containers/{self.id}/exec", body))["Id"]
        connection = EngineConnection("localhost", timeout=LIMIT_S)
        try:
            connection.request("POST", f"/exec/{started}/start", json.dumps({"Detach": False}),
                               {"Content-Type": "application/json"})
            output = "".join(frames(connection.getresponse()))
        finally:
            connection.close()
        return json.loads(call("GET", f"/exec/{started}/json"))["ExitCode"], output

    def user_of_process_1(self):
        return self.run("stat", "-c", "%U", "/proc/1")[1].strip()


def resolve(reference):
    """The image for the reference: that of the first line of the map that matches."""
    with open(os.environ["DRYDOCK_IMAGE_MAP"], encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if words and re.fullmatch(re.escape(words[0]).replace(r"\*", ".*"), reference):
                return words[1]
    raise AssertionError(f"the image map has no line for '{reference}'")


class ServiceImagesTest(unittest.TestCase):
    def start(self, reference, *command, **options):
        container = Container(reference, command, **options)
        self.addCleanup(container.close)
        return container

    def expect_run(self, container, pattern, *command, **options):
        code, output = container.run(*command, **options)
        self.assertEqual(code, 0, output)
        if pattern:
            self.assertRegex(output, pattern)

    def expect_image(self, container, ports, volumes=(), signal=None, user=""):
        self.assertEqual(sorted(container.image["ExposedPorts"]), sorted(f"{port}/tcp" for port in ports))
        self.assertEqual(sorted(container.image.get("Volumes") or {}), sorted(volumes))
        self.assertEqual(container.image.get("StopSignal"), signal)
        self.assertEqual(container.image.get("User", ""), user)

    def test_postgres_initialises_on_the_socket_and_then_listens(self):
        container = self.start(
            "postgres:16", "-c", "shared_buffers=64MB",
            environment={"POSTGRES_USER": "app", "POSTGRES_DB": "app db", "POSTGRES_PASSWORD_FILE": "/run/secret",
                         "POSTGRES_INITDB_ARGS": "--data-checksums"},
            files={"/run/secret": ("s3cret", 0o644),
                   "/docker-entrypoint-initdb.d/1.sql": ("create table t(a int); insert into t values (7);", 0o644),
                   "/docker-entrypoint-initdb.d/2.sh": ('echo "as $POSTGRES_USER in $POSTGRES_DB"', 0o644),
                   "/docker-entrypoint-initdb.d/3.txt": ("", 0o644)})
        log = container.wait_for("database system is ready to accept connections", 2)
        # Standard output and error keep their own order only, so there is no order between these lines.
        for line in ("PostgreSQL init process complete; ready for start up.", "as app in app db",
                     "docker-entrypoint.sh: running /docker-entrypoint-initdb.d/1.sql",
                     "docker-entrypoint.sh: sourcing /docker-entrypoint-initdb.d/2.sh",
                     "docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/3.txt"):
            self.assertIn(line, log)
        self.expect_image(container, [5432], ["/var/lib/postgresql/data"], "SIGINT")
        self.assertEqual(container.user_of_process_1(), "postgres")
        self.expect_run(container, r"^7\|64MB\|on\|UTF8", "psql", "-U", "app", "app db", "-Atc",
                        "select a, current_setting('shared_buffers'), current_setting('data_checksums'), "
                        "current_setting('server_encoding') from t")
        self.expect_run(container, "accepting", "pg_isready", "-U", "app")
        self.expect_run(container, "create table|CREATE TABLE", "pg_dump", "-U", "app", "app db")
        over_tcp = ("sh", "-c", 'psql -h "$(hostname -i)" -w -U app -d "app db" -Atc "select 1"')
        self.assertNotEqual(container.run(*over_tcp)[0], 0)
        self.expect_run(container, "^1", *over_tcp, environment={"PGPASSWORD": "s3cret"})
        self.expect_run(container, "host all all all scram-sha-256", "tail", "-1", "/var/lib/postgresql/data/pg_hba.conf")

    def test_postgres_refuses_without_a_password(self):
        code, log = self.start("postgres:15").ends()
        self.assertEqual(code, 1)
        self.assertIn("POSTGRES_PASSWORD", log)

    def test_postgres_ends_with_a_script_that_fails(self):
        code, log = self.start("postgres:15", environment={"POSTGRES_HOST_AUTH_METHOD": "trust"}, files={
            "/docker-entrypoint-initdb.d/bad.sql": ("select no_such_thing();", 0o644)}).ends()
        self.assertEqual(code, 3)
        self.assertIn("no_such_thing", log)

    def test_mariadb_initialises_without_network_and_then_listens(self):
        container = self.start(
            "mysql:8", "--max-connections=77",
            environment={"MYSQL_ROOT_PASSWORD": "it's", "MARIADB_DATABASE": "app_db", "MARIADB_USER": "app",
                         "MYSQL_PASSWORD": "p"},
            files={"/docker-entrypoint-initdb.d/1.sql": ("create table t(a int); insert into t values (7);", 0o644)})
        log = container.wait_for("port: 3306")
        self.assertEqual(log.count("ready for connections"), 2)
        self.assertIn("[Note] [Entrypoint]: MariaDB init process done. Ready for start up.", log)
        self.expect_image(container, [3306], ["/var/lib/mysql"])
        self.assertEqual(container.user_of_process_1(), "mysql")
        over_tcp = ("mariadb", "-h127.0.0.1", "--protocol=tcp", "-N")
        self.expect_run(container, r"^7\s+77", *over_tcp, "-uapp", "-pp", "app_db", "-e",
                        "select a, @@max_connections from t")
        self.expect_run(container, "app_db", *over_tcp, "-uroot", "-pit's", "-e", "show databases")
        self.assertNotEqual(container.run(*over_tcp, "-uroot", "-e", "select 1")[0], 0)
        self.expect_run(container, "", "healthcheck.sh", "--connect", "--innodb_initialized")
        self.expect_run(container, "alive", "mariadb-admin", "-uroot", "-pit's", "ping")

    def test_mariadb_refuses_without_a_password(self):
        code, log = self.start("mariadb:11").ends()
        self.assertEqual(code, 1)
        self.assertIn("MARIADB_ROOT_PASSWORD", log)

    def test_redis_takes_options_alone_and_clients_of_other_hosts(self):
        container = self.start("redis:7-alpine", "--requirepass", "secret")
        container.wait_for("Ready to accept connections")
        self.expect_image(container, [6379], ["/data"])
        self.assertEqual(container.user_of_process_1(), "redis")
        self.expect_run(container, "PONG", "redis-cli", "--no-auth-warning", "-a", "secret", "ping")
        for name, value in (("protected-mode", "no"), ("dir", "/data")):
            self.expect_run(container, f"^{name}\\s+{value}", "redis-cli", "--no-auth-warning", "-a", "secret", "config",
                            "get", name)

    def test_redis_takes_a_configuration_file(self):
        container = self.start("redis:7", "/etc/own.conf", files={"/etc/own.conf": ("maxmemory 7mb\n", 0o644)})
        container.wait_for("Ready to accept connections")
        self.expect_run(container, r"7340032", "redis-cli", "config", "get", "maxmemory")

    def test_rabbitmq_makes_the_user_and_serves_management_in_its_variant(self):
        container = self.start("rabbitmq:3-management", environment={
            "RABBITMQ_DEFAULT_USER": "app", "RABBITMQ_DEFAULT_PASS": "p", "RABBITMQ_DEFAULT_VHOST": "v"})
        log = container.wait_for("Server startup complete")
        self.assertIn("listener started on port 15672", log)
        self.expect_image(container, [4369, 5671, 5672, 15671, 15672, 15691, 15692, 25672], ["/var/lib/rabbitmq"])
        self.assertEqual(container.user_of_process_1(), "rabbitmq")
        self.expect_run(container, "app.*administrator", "rabbitmqctl", "list_users", "-q")
        self.expect_run(container, "(?m)^v$", "rabbitmqctl", "list_vhosts", "-q")
        self.expect_run(container, "Success", "rabbitmqctl", "authenticate_user", "app", "p")
        self.assertNotIn("15672/tcp", json.loads(call("GET", "/images/" + pulled("rabbitmq:3") + "/json"))["Config"]
                         ["ExposedPorts"])

    def test_nats_takes_options_and_has_no_shell(self):
        container = self.start("nats:2.10", "-js", "-m", "8222")
        log = container.wait_for("Server is ready")
        self.assertIn("Starting JetStream", log)
        self.expect_image(container, [4222, 6222, 8222])
        self.assertNotEqual(container.run("sh", "-c", "true")[0], 0)

    def test_nats_has_a_configuration_with_monitoring(self):
        log = self.start("nats:latest").wait_for("Listening for route connections on 0.0.0.0:6222")
        self.assertIn("Starting http monitor on 0.0.0.0:8222", log)

    def test_mosquitto_listens_on_localhost_unless_told_otherwise(self):
        container = self.start("eclipse-mosquitto:2")
        self.assertIn("local only mode", container.wait_for("running"))
        self.expect_image(container, [1883], ["/mosquitto/data", "/mosquitto/log"])
        self.assertEqual(container.user_of_process_1(), "mosquitto")
        told = self.start("eclipse-mosquitto:2.0", "mosquitto", "-c", "/mosquitto-no-auth.conf")
        told.wait_for("running")
        self.expect_run(told, "", "sh", "-c", 'mosquitto_pub -r -h "$(hostname -i)" -t a -m hello')
        self.expect_run(told, "^hello", "mosquitto_sub", "-t", "a", "-C", "1", "-W", "20")
        self.expect_run(told, "", "mosquitto_passwd", "-c", "-b", "/tmp/passwords", "app", "p")

    def test_memcached_takes_options_alone(self):
        container = self.start("memcached:1.6-alpine", "-vv", "-m", "7")
        container.wait_for("server listening")
        self.expect_image(container, [11211], user="memcache")
        self.expect_run(container, "limit_maxbytes 7340032", "bash", "-c",
                        'exec 3<>/dev/tcp/127.0.0.1/11211; printf "stats\\r\\nquit\\r\\n" >&3; cat <&3')

    def test_nginx_fills_in_templates_and_runs_scripts(self):
        container = self.start("nginx:1.25", environment={"NAME": "drydock"}, files={
            "/etc/nginx/templates/own.conf.template":
                ("server { listen 8081; location / { return 200 '$NAME on $host'; } }", 0o644),
            "/etc/nginx/templates/tcp.conf.stream-template": ("server { listen 8082; proxy_pass 127.0.0.1:80; }", 0o644),
            "/docker-entrypoint.d/40-own.sh": ("#!/bin/sh\necho own script\n", 0o755),
            "/docker-entrypoint.d/50-mode.sh": ("#!/bin/sh\nexit 9\n", 0o644)})
        log = container.wait_for("start worker process ")
        self.assertIn("own script", log)
        self.assertIn("/docker-entrypoint.sh: Configuration complete; ready for start up", log)
        self.assertIn("Ignoring /docker-entrypoint.d/50-mode.sh, not executable", log)
        self.expect_image(container, [80], signal="SIGQUIT")
        self.expect_run(container, "Welcome to nginx", "curl", "-sf", "http://127.0.0.1/")
        self.expect_run(container, "^drydock on 127.0.0.1$", "curl", "-sf", "http://127.0.0.1:8081/")
        self.expect_run(container, "Welcome to nginx", "curl", "-sf", "http://127.0.0.1:8082/")
        container.wait_for('"GET / HTTP/1.1" 200')
        self.expect_run(container, "nginx", "sh", "-c", "ps -o user= -C nginx")

    def test_clickhouse_makes_the_user_and_the_database_and_runs_what_it_is_given(self):
        container = self.start(
            "clickhouse/clickhouse-server:24",
            environment={"CLICKHOUSE_USER": "app", "CLICKHOUSE_PASSWORD": "p&<", "CLICKHOUSE_DB": "app_db"},
            files={"/docker-entrypoint-initdb.d/1.sql":
                       ("create table app_db.t (a Int32) engine = Memory; create table app_db.u as app_db.t;", 0o644)})
        # The server says nothing when it is ready: that it logs to a file it says once for initialising, and once more.
        container.wait_for("Logging errors to", 2)
        self.expect_image(container, [8123, 9000, 9009], ["/var/lib/clickhouse"])
        ping = 'wget -qO- --retry-connrefused --tries=50 --waitretry=1 "http://$(hostname -i):8123/ping"'
        self.expect_run(container, "^Ok", "sh", "-c", ping)
        self.assertEqual(container.user_of_process_1(), "clickhouse")
        client = ("clickhouse-client", "-u", "app", "--password")
        self.expect_run(container, "^t\nu$", *client, "p&<", "-q", "show tables from app_db")
        self.assertNotEqual(container.run(*client, "wrong", "-q", "select 1")[0], 0)

    def test_etcd_has_its_programs_and_no_shell(self):
        container = self.start("quay.io/coreos/etcd:v3.5.0", "/usr/local/bin/etcd", "--listen-client-urls",
                               "http://0.0.0.0:2379", "--advertise-client-urls", "http://127.0.0.1:2379")
        container.wait_for("ready to serve client requests")
        self.expect_image(container, [2379, 2380])
        self.expect_run(container, "OK", "/usr/local/bin/etcdctl", "put", "a", "b", environment={"ETCDCTL_API": "3"})
        self.assertNotEqual(container.run("sh", "-c", "true")[0], 0)


def pulled(reference):
    image = resolve(reference)
    call("POST", "/images/create?fromImage=" + urllib.parse.quote(image, safe=""))
    return image


if __name__ == "__main__":
    if not os.environ.get("DRYDOCK_IMAGE_MAP"):
        print("skipped: DRYDOCK_IMAGE_MAP is not set; scripts/images --services makes the images and says how to")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)

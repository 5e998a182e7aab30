"""Runs the example that fails on purpose, and checks what its output and its XML say of the container."""

import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

WORDS = "app: cannot read /etc/app.conf"


def expect(good, what, output):
    if not good:
        sys.exit(f"{what}; the output was:\n{output}")


def check_output(output):
    expect(re.search(r"container +\S+ \([0-9a-f]{12}\)", output), "no container with its short id", output)
    expect(re.search(r"image +drydock-test/busybox:1$", output, re.M), "no image", output)
    expect(re.search(r"digest +sha256:[0-9a-f]{64}$", output, re.M), "no digest of the image", output)
    expect(re.search(r"state +exited, exit code 3$", output, re.M), "no state with the exit code", output)
    expect(re.search(rf"\| {re.escape(WORDS)}$", output, re.M), "no log tail", output)
    expect(re.search(r"failing_test\.cpp:\d+$", output, re.M), "no place in the source", output)
    expect(re.search(r"docker run .* drydock-test/busybox:1 sh /app\.sh$", output, re.M), "no line to start it by hand", output)
    expect("not shown" not in output, "the value of a secret is shown", output)
    expect(output.index(WORDS) > output.index("Failure"), "the evidence comes before the failure", output)


def check_xml(report, output):
    case = ElementTree.parse(report).getroot().find(".//testcase[@name='SurvivesAReload']")
    facts = {p.get("name"): p.get("value") for p in case.iter("property")}
    expect(facts.get("drydock.image") == "drydock-test/busybox:1", f"the XML has no image: {facts}", output)
    expect(facts.get("drydock.image_digest", "").startswith("sha256:"), f"the XML has no digest: {facts}", output)
    expect(facts.get("drydock.exit_code") == "3", f"the XML has no exit code: {facts}", output)
    expect(WORDS in facts.get("drydock.log_tail", ""), f"the XML has no log tail: {facts}", output)
    expect(facts.get("drydock.container"), f"the XML has no container: {facts}", output)
    log = pathlib.Path(facts["drydock.log_file"])
    expect(WORDS in log.read_text(), f"the full log '{log}' has not the words", output)
    expect(stat.S_IMODE(log.stat().st_mode) == 0o600, f"the full log '{log}' can be read by others", output)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.xml")
        result = subprocess.run(
            [program, f"--gtest_output=xml:{report}"], cwd=folder, capture_output=True, text=True, timeout=100
        )
        output = result.stdout + result.stderr
        expect(result.returncode == 1, f"the exit code is {result.returncode}, not 1", output)
        check_output(output)
        check_xml(report, output)
        print(output)


main()

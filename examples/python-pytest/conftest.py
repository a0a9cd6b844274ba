"""Starts Bursar once for the test session; it ends with the session, because its standard input does."""
import json
import subprocess

import pytest

COMMAND = "npx bursar start --port 0 --operator-port 0 --temporary --json --stop-with-stdin --log-level error"


@pytest.fixture(scope="session")
def bursar():
    server = subprocess.Popen(COMMAND, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    assert line, "Bursar did not start; its message is on standard error"
    yield json.loads(line)
    server.stdin.close()
    server.wait()

"""A server for the session, and a world for each test: a new account with balances, faults and a verdict."""
import json
import pathlib
import subprocess
import urllib.request
import uuid

import pytest

COMMAND = "npx bursar start --port 0 --operator-port 0 --temporary --json --stop-with-stdin --log-level error"
BALANCES = {"BTC": "10", "ETH": "100", "USDT": "100000"}


@pytest.fixture(scope="session")
def bursar():
    """What the server prints when it is ready. It ends with the session, because its standard input does."""
    server = subprocess.Popen(COMMAND, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    assert line, "Bursar did not start; its message is on standard error"
    yield json.loads(line)
    server.stdin.close()
    server.wait()


@pytest.fixture
def world(bursar):
    return World(bursar)


class World:
    def __init__(self, server):
        self.url = server["url"]
        self._operator_url = f"{server['operatorUrl']}/operator/v1"
        self._token = pathlib.Path(server["operatorTokenFile"]).read_text().strip()
        email = f"{uuid.uuid4().hex}@bursar.test"
        self.operator("POST", "/accounts", {"email": email})
        key = self.operator("POST", f"/accounts/{email}/api-keys", {})
        self.api_key, self.secret_key = key["apiKey"], key["secretKey"]
        for asset, amount in BALANCES.items():
            credit = {"asset": asset, "amount": amount, "reason": "balance of a test"}
            self.operator("POST", f"/accounts/{email}/credit", credit)

    def operator(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._operator_url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def fault(self, preset, operation="withdraw"):
        """Breaks the next such request of this world."""
        return self.operator(
            "POST", "/lab/faults", {"on": {"operation": operation, "apiKey": self.api_key}, "do": preset}
        )

    def assert_right(self):
        """Fails unless a fault has hit a request of this world, and what the client did next was right."""
        report = self.operator("GET", f"/lab/verdict?apiKey={self.api_key}")
        sentences = [each["sentence"] for each in report["incidents"]]
        assert report["verdict"] == "right", " ".join([report["sentence"], *sentences])

"""The code under test: a wallet that pays through the exchange."""
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request


class Wallet:
    def __init__(self, url, api_key, secret_key):
        self.url, self.api_key, self.secret_key = url, api_key, secret_key

    def _send(self, method, path, **parameters):
        query = urllib.parse.urlencode({**parameters, "timestamp": int(time.time() * 1000)})
        signature = hmac.new(self.secret_key.encode(), query.encode(), hashlib.sha256).hexdigest()
        url = f"{self.url}{path}?{query}&signature={signature}"
        request = urllib.request.Request(url, method=method, headers={"X-MBX-APIKEY": self.api_key})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def history(self, **filters):
        return self._send("GET", "/sapi/v1/capital/withdraw/history", **filters)

    def pay(self, **payment):
        """Pays once: after 504 nobody knows whether it was done, so look it up before anything else."""
        try:
            return self._send("POST", "/sapi/v1/capital/withdraw/apply", **payment)["id"]
        except urllib.error.HTTPError as error:
            if error.code != 504:
                raise
            found = self.history(withdrawOrderId=payment["withdrawOrderId"])
            # Repeating with the same withdrawOrderId is safe, with a new one it is not.
            return found[0]["id"] if found else self.pay(**payment)

import pytest
from wallet import Wallet

ADDRESS = "0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b"


@pytest.mark.parametrize("fault", ["commit-then-504", "504-then-nothing"])
def test_a_withdrawal_that_timed_out_is_paid_once(world, fault):
    wallet = Wallet(world.url, world.api_key, world.secret_key)
    world.fault(fault)
    paid = wallet.pay(coin="ETH", address=ADDRESS, amount="0.5", withdrawOrderId="invoice-1")
    assert [row["id"] for row in wallet.history(coin="ETH")] == [paid]
    world.assert_right()

from wallet import Wallet

ADDRESS = "0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b"


def test_a_withdrawal_that_timed_out_is_paid_once(bursar):
    wallet = Wallet(bursar["url"], bursar["apiKey"], bursar["secretKey"])
    # An order id that begins with lab- and the name of a fault asks for it, once.
    order_id = "lab-commit-then-504-invoice-1"
    before = {row["id"] for row in wallet.history(coin="ETH")}
    paid = wallet.pay(coin="ETH", address=ADDRESS, amount="0.5", withdrawOrderId=order_id)
    after = {row["id"] for row in wallet.history(coin="ETH")}
    assert after - before == {paid}

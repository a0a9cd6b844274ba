// The code under test: a wallet that pays through the npm package binance.

/** Pays once: unless the exchange has rejected, nobody knows whether it was done, so look it up first. */
async function pay(client, payment) {
  try {
    return (await client.withdraw(payment)).id;
  } catch (error) {
    // A rejection has a code of the exchange; -1006 and -1007 mean that the outcome is unknown.
    if (typeof error.code === 'number' && ![-1006, -1007].includes(error.code)) throw error;
    const { coin, withdrawOrderId } = payment;
    const [found] = await client.getWithdrawHistory({ coin, withdrawOrderId });
    // Repeating with the same withdrawOrderId is safe, with a new one it is not.
    return found?.id ?? pay(client, payment);
  }
}

module.exports = { pay };

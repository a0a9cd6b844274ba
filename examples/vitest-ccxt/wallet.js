// The code under test: a wallet that pays through ccxt.
import ccxt from 'ccxt';

export function createExchange({ apiKey, secretKey }) {
  return new ccxt.binance({ apiKey, secret: secretKey });
}

/** Pays once: after a network error nobody knows whether it was done, so look it up before anything else. */
export async function pay(exchange, payment) {
  const { code, amount, address, network, withdrawOrderId } = payment;
  try {
    return await exchange.withdraw(code, amount, address, undefined, { network, withdrawOrderId });
  } catch (error) {
    if (!(error instanceof ccxt.NetworkError)) throw error;
    const [found] = await exchange.fetchWithdrawals(code, undefined, undefined, { withdrawOrderId });
    // Repeating with the same withdrawOrderId is safe, with a new one it is not.
    return found ?? pay(exchange, payment);
  }
}

// The code under test: a wallet that pays through the exchange with plain fetch.
import { createHmac } from 'node:crypto';

export function createWallet({ url, apiKey, secretKey }) {
  async function send(method, path, parameters) {
    const query = new URLSearchParams({ ...parameters, timestamp: Date.now() }).toString();
    const signature = createHmac('sha256', secretKey).update(query).digest('hex');
    const headers = { 'X-MBX-APIKEY': apiKey };
    const reply = await fetch(`${url}${path}?${query}&signature=${signature}`, { method, headers });
    if (reply.ok) return reply.json();
    throw Object.assign(new Error(`${path} answered ${reply.status}`), { status: reply.status });
  }

  const history = (filter) => send('GET', '/sapi/v1/capital/withdraw/history', filter);

  /** Pays once: a lost reply or a 504 leaves the outcome unknown, so look the payment up before anything else. */
  async function pay(payment) {
    try {
      return (await send('POST', '/sapi/v1/capital/withdraw/apply', payment)).id;
    } catch (error) {
      if (error.status !== undefined && error.status !== 504) throw error;
      const [found] = await history({ withdrawOrderId: payment.withdrawOrderId });
      // Repeating with the same withdrawOrderId is safe, with a new one it is not.
      return found?.id ?? pay(payment);
    }
  }

  return { pay, history };
}

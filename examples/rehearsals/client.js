// A small client of the exchange with plain fetch. In your tests, your own program is in its place.
import { createHmac } from 'node:crypto';

export const payment = {
  coin: 'ETH',
  address: '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
  amount: '0.5',
};

/** @param timeoutMs after which it stops waiting for a reply @param now its clock */
export function createClient({ url, apiKey, secretKey }, { timeoutMs = 30_000, now = Date.now } = {}) {
  async function send(method, path, parameters = {}) {
    const query = new URLSearchParams({ ...parameters, timestamp: await now() }).toString();
    const signature = createHmac('sha256', secretKey).update(query).digest('hex');
    const reply = await fetch(`${url}${path}?${query}&signature=${signature}`, {
      method,
      headers: { 'X-MBX-APIKEY': apiKey },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await reply.text();
    if (reply.ok) return JSON.parse(text);
    throw Object.assign(new Error(`${path} answered ${reply.status}: ${text}`), {
      status: reply.status,
      code: Number(/"code":(-\d+)/.exec(text)?.[1]),
      retryAfterMs: Number(reply.headers.get('retry-after')) * 1000,
    });
  }
  return {
    withdraw: (order) => send('POST', '/sapi/v1/capital/withdraw/apply', order),
    withdrawals: (filter) => send('GET', '/sapi/v1/capital/withdraw/history', filter),
    deposits: (filter) => send('GET', '/sapi/v1/capital/deposit/hisrec', filter),
    dividends: (filter) => send('GET', '/sapi/v1/asset/assetDividend', filter),
    systemStatus: () => send('GET', '/sapi/v1/system/status'),
    async free(asset) {
      const { balances } = await send('GET', '/api/v3/account');
      return Number(balances.find((each) => each.asset === asset)?.free ?? 0);
    },
  };
}

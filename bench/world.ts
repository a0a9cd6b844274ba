/** The world of the benchmarks: accounts with a key and plenty of ETH, and a simulated network. */
import type { Server } from '../src/runtime/server.ts';
import type { SigningKey } from './load.ts';

const operator = { actor: 'bench', reason: 'bench' };

export const destination = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';

/** Keys follow from the number of the account, so that a second start finds the same ones. */
export function keyOf(index: number): SigningKey {
  const digits = String(index).padStart(8, '0');
  return { apiKey: `BenchKey${digits}`.padEnd(64, 'k'), secretKey: `BenchSecret${digits}`.padEnd(64, 's') };
}

export const emailOf = (index: number) => `bench-${index}@example.com`;

/** @returns the keys; accounts that are there already are left alone. */
export async function seedAccounts(server: Server, count: number): Promise<readonly SigningKey[]> {
  const keys = Array.from({ length: count }, (_, index) => keyOf(index));
  if ((await server.reads.row('accounts', { email: emailOf(0) })) !== undefined) return keys;
  await server.commands.submit('putAsset', { operator, asset: ether });
  await Promise.all(keys.map((key, index) => seedAccount(server, index, key)));
  return keys;
}

async function seedAccount(server: Server, index: number, { apiKey, secretKey }: SigningKey): Promise<void> {
  const email = emailOf(index);
  await server.commands.submit('openAccount', { operator, email });
  await server.commands.submit('createApiKey', {
    operator,
    email,
    apiKey,
    sealedSecret: server.secretBox.seal(secretKey),
    permissions: ['reading', 'trading', 'withdrawals', 'internal-transfers'],
    ipAllowList: [],
    expiresAtMs: null,
    demo: false,
  });
  await server.commands.submit('adjustBalance', {
    operator,
    email,
    asset: 'ETH',
    amount: { coefficient: 1_000_000_000n, scale: 0 },
    direction: 'credit',
  });
}

const ether = {
  asset: 'ETH',
  name: 'Ether',
  scale: 8,
  networks: [
    {
      network: 'ETH',
      addressFormat: 'evm' as const,
      depositEnabled: true,
      withdrawEnabled: true,
      withdrawFee: 1_000_000n,
      withdrawMinimum: 2_000_000n,
      withdrawMultiple: 1n,
      minConfirm: 2,
      unlockConfirm: 3,
    },
  ],
  withdrawMaximumPerDay: null,
  autoApprovalLimit: null,
};

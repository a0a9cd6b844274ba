/** Records the use of an API token. */
import { operatorTokenById } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';

/** `atMs`: wire time. */
export type TokenUse = { readonly tokenId: string; readonly atMs: number };

export const noteOperatorTokenUse: Command<TokenUse, object> = {
  name: 'operator-token-use',
  prefetch: [({ tokenId }) => [operatorTokenById(tokenId)]],
  decide({ tokenId, atMs }, rows) {
    const token = rows.one(operatorTokenById(tokenId));
    if (token === undefined || (token.lastUsedAt ?? 0) >= atMs) return { reply: {}, writes: [] };
    const write = { update: 'operator_tokens', key: { id: tokenId }, set: { lastUsedAt: atMs } } as const;
    return { reply: {}, writes: [write] };
  },
};

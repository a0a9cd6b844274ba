/** Creates and revokes API tokens of the operator API, which machines use. */
import { isRejection, reject } from '../../contract/errors.ts';
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import { operatorTokenById, operatorTokensNamed } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { canonicalRanges } from '../account/ip-allow-list.ts';
import { creatorOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type TokenCreation = {
  readonly operator: Operator;
  readonly name: string;
  readonly secretHash: string;
  readonly roles: readonly OperatorRole[];
  /** Addresses and CIDR ranges in any notation; empty: any address. */
  readonly ipAllowList: readonly string[];
  /** Wire time; null: never. */
  readonly expiresAtMs: number | null;
  /** Wire time. */
  readonly atMs: number;
};

export const createOperatorToken: Command<
  TokenCreation,
  Row<'operator_tokens'>,
  'token-exists' | 'ip-range-invalid'
> = {
  name: 'operator-token-create',
  prefetch: [({ name }) => [operatorTokensNamed(name)]],
  decide({ operator, name, secretHash, roles, expiresAtMs, atMs, ...creation }, rows, context) {
    const ipAllowList = canonicalRanges(creation.ipAllowList);
    if (isRejection(ipAllowList)) return ipAllowList;
    if (rows.all(operatorTokensNamed(name)).some(({ revokedAt }) => revokedAt === null))
      return reject('token-exists', { name });
    const row = {
      id: context.ids.recordId(),
      secretHash,
      name,
      roles,
      ipAllowList,
      expiresAt: expiresAtMs,
      createdBy: creatorOf(operator),
      createdAt: atMs,
      lastUsedAt: null,
      revokedAt: null,
    };
    const work = new UnitOfWork(rows, context);
    work.write({ insert: 'operator_tokens', row });
    work.audit(operator, 'operator-token-create', name, {
      id: row.id,
      roles,
      ipAllowList,
      expiresAt: expiresAtMs,
    });
    return work.reply(row);
  },
};

export type TokenRevocation = { readonly operator: Operator; readonly id: string; readonly atMs: number };

export const revokeOperatorToken: Command<TokenRevocation, Row<'operator_tokens'>, 'token-unknown'> = {
  name: 'operator-token-revoke',
  prefetch: [({ id }) => [operatorTokenById(id)]],
  decide({ operator, id, atMs }, rows, context) {
    const row = rows.one(operatorTokenById(id));
    if (row === undefined || row.revokedAt !== null) return reject('token-unknown', { id });
    const work = new UnitOfWork(rows, context);
    work.write({ update: 'operator_tokens', key: { id }, set: { revokedAt: atMs } });
    work.audit(operator, 'operator-token-revoke', row.name, { id });
    return work.reply({ ...row, revokedAt: atMs });
  },
};

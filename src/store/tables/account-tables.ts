/** Accounts, their switches and their API keys. */
import type { KeyType } from '../../contract/key-types.ts';
import type { Permission } from '../../contract/permission.ts';
import { flag, integer, json, nullable, table, text } from '../columns.ts';

export const accountTables = {
  accounts: table(
    {
      id: integer,
      email: text(),
      masterId: nullable(integer),
      enabled: flag,
      withdrawConfirmation: text<'none' | 'email'>(),
      whitelistOnly: flag,
      withdrawQuotaUsd: nullable(text()),
      travelRuleCountry: text(),
      statusMessage: nullable(text()),
      statusArguments: json<readonly string[]>(),
      mobile: text(),
      googleAuth: flag,
      activated: flag,
      lockedUntil: nullable(integer),
      lockReason: nullable(text()),
      lockCount: integer,
      lastLockedAt: nullable(integer),
      createdAt: integer,
    },
    ['id'],
  ),
  account_switches: table(
    { accountId: integer, spotBnbBurn: flag, interestBnbBurn: flag, fastWithdraw: flag, turnedAt: integer },
    ['accountId'],
  ),
  account_tags: table(
    {
      accountId: integer,
      tags: json<readonly string[]>(),
      /** The id of the master, also for itself; null in rows of earlier versions. */
      family: nullable(integer),
    },
    ['accountId'],
  ),
  account_notes: table(
    { seq: integer, id: text(), accountId: integer, author: text(), text: text(), at: integer },
    ['id'],
  ),
  api_keys: table(
    {
      apiKey: text(),
      accountId: integer,
      name: text(),
      keyType: text<KeyType>(),
      encryptedSecret: nullable(text()),
      publicKey: nullable(text()),
      permissions: json<readonly Permission[]>(),
      ipAllowList: json<readonly string[]>(),
      expiresAt: nullable(integer),
      createdAt: integer,
      updatedAt: integer,
      demo: flag,
      /** Operator who created it; null: a customer, the server itself, or (earlier versions) the bootstrap token. */
      operator: nullable(text()),
    },
    ['apiKey'],
  ),
} as const;

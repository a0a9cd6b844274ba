import type { Operator } from '../../command/unit-of-work.ts';
import * as operations from '../../contract/operator/search.ts';
import { isAllowed } from '../../domain/operator/principal.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { findAddressBookEntries, findDepositAddresses, findImportedAddresses } from '../search/addresses.ts';
import type { Found, Hit } from '../search/hit.ts';
import { findByClientId, findNumbered, findQuestioned } from '../search/inner-movements.ts';
import {
  findByAddress,
  findById,
  findByOrderId,
  findByTransaction,
  findTransfer,
} from '../search/movements.ts';
import {
  findAccounts,
  findApiKey,
  findChange,
  findCodes,
  findDividend,
  findNote,
  findOperator,
  findTokens,
} from '../search/subjects.ts';

export const search = implement(operations.search, async ({ query: { q } }, operator, parts) => {
  const text = q.trim();
  const found = text === '' ? [] : (await Promise.all(waysFor(text, operator, parts))).flat();
  const hits = new Map<string, Hit>();
  for (const hit of found.flatMap((each) => each.hits)) {
    const key = `${hit.kind} ${hit.id} ${hit.account}`;
    if (!hits.has(key)) hits.set(key, hit);
  }
  const isExact = ({ kind, id }: Hit) => kind !== 'account' || id === text.toLowerCase();
  const sorted = [...hits.values()].sort((one, other) => Number(isExact(other)) - Number(isExact(one)));
  return { hits: sorted, incomplete: found.some(({ hasMore }) => hasMore) };
});

/** Each is a look-up by an index, and bounded. */
function waysFor(
  text: string,
  { principal }: Operator,
  parts: OperatorParts,
): (readonly Found[] | Promise<readonly Found[]>)[] {
  const number = /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined;
  return [
    findById(parts, text),
    findChange(parts, text),
    findAccounts(parts, text),
    findByOrderId(parts, text),
    findByClientId(parts, text),
    findByTransaction(parts, text),
    findDepositAddresses(parts, text),
    findByAddress(parts, text),
    findApiKey(parts, text),
    findImportedAddresses(parts, text),
    findAddressBookEntries(parts, text),
    findNote(parts, text),
    ...(number === undefined
      ? []
      : [
          findTransfer(parts, number),
          findDividend(parts, number),
          findNumbered(parts, number),
          findQuestioned(parts, number),
        ]),
    findCodes(parts, text),
    findOperator(parts, text),
    ...(principal === undefined || isAllowed(principal, 'manage-operators') ? [findTokens(parts, text)] : []),
  ];
}

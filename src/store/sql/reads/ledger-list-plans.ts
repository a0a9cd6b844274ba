/** Lists of transfers and of the audit trail: which index finds the rows of a filter, and which conditions remain. */
import type { AuditListFilter, TransferListFilter } from '../../reads/lists.ts';
import { all, among, bySeq, interval, merged, type Plan } from './list-plan.ts';
import { type Access, amountConditions } from './list-slice.ts';
import { aboutMovement, ofMovement } from './movement-conditions.ts';
import { addKeys, type Conditions, conditions } from './statement-parts.ts';

/** The primary key. */
export function transferPlan({ seqs, places, ...filter }: TransferListFilter): Plan {
  const drivers = places?.map((place) => merged(interval(place), interval(seqs)));
  return {
    access: drivers === undefined ? bySeq(seqs) : { drivers, order: 'seq' },
    residual: transferConditions(filter),
  };
}

function transferConditions(filter: TransferListFilter): Conditions {
  const { asset, kinds, ledgerAccounts, reference, movement, from, to } = filter;
  const where = conditions(
    ['asset = ?', asset],
    ['reference = ?', reference],
    ['at >= ?', from],
    ['at <= ?', to],
  );
  if (kinds !== undefined) addKeys(where, 'kind', kinds);
  if (ledgerAccounts !== undefined) {
    const either = ledgerAccounts.map(() => '?').join();
    where.sql.push(`(debit IN (${either}) OR credit IN (${either}))`);
    where.parameters.push(...ledgerAccounts, ...ledgerAccounts);
  }
  return merged(where, amountConditions(filter), movement === undefined ? all : ofMovement(movement));
}

/** Kinds of changes whose details name an address that is not that of a withdrawal or a deposit. */
const ofAddresses = ['address-book-put', 'address-book-delete', 'deposit-address-assign', 'change-propose'];

export function auditPlan(filter: AuditListFilter): Plan {
  const { actor, action, subject, about, subjects, seqs, from, to } = filter;
  const time = conditions(['at >= ?', from], ['at <= ?', to]);
  const given = [
    // audit_by_subject, audit_by_actor, audit_by_action
    conditions(['subject = ?', subject]),
    conditions(['actor = ?', actor]),
    conditions(['action = ?', action]),
  ].filter(({ sql }) => sql.length > 0);
  const ofAbout = about === undefined ? all : aboutMovement(about);
  if (subject === undefined && subjects !== undefined)
    return {
      access: bySubjects(subjects, about?.addresses !== undefined, interval(seqs)),
      residual: merged(...given, ofAbout, time),
    };
  const [first, ...rest] = given;
  return {
    access: { drivers: [merged(first ?? all, interval(seqs))], order: 'seq' },
    residual: merged(...rest, ofAbout, time),
  };
}

/** audit_by_subject, audit_by_action */
function bySubjects(subjects: readonly string[], withAddresses: boolean, within: Conditions): Access {
  const actions = withAddresses ? ofAddresses : [];
  const others = actions.map((action) => conditions(['action = ?', action]));
  const known = subjects.length === 0 ? [] : [among('subject', subjects)];
  return { drivers: [...known, ...others].map((driver) => merged(driver, within)), order: 'seq' };
}

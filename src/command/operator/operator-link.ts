/** Creates a new one-time link for an operator, for example after a lost password. An earlier link no longer works. */
import { reject } from '../../contract/errors.ts';
import { operatorNamed } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { addLink, type NewLink, type OperatorLinked } from './operator-create.ts';
import { isSelf, isUnconfirmedBy, noOperator } from './operator-rules.ts';

export type LinkCreation = { readonly operator: Operator; readonly name: string; readonly link: NewLink };

export const createOperatorLink: Command<
  LinkCreation,
  OperatorLinked,
  'operator-unknown' | 'operator-disabled' | 'operator-self'
> = {
  name: 'operator-link-create',
  prefetch: [({ name }) => [operatorNamed(name)]],
  decide({ operator, name, link }, rows, context) {
    const row = rows.one(operatorNamed(name));
    if (row === undefined) return noOperator(name);
    if (row.state === 'disabled') return reject('operator-disabled', { name });
    if (isSelf(operator, row.id)) return reject('operator-self');
    const work = new UnitOfWork(rows, context);
    const linkExpiresAt = addLink(work, row, link, isUnconfirmedBy(operator, context.nowMs));
    work.audit(operator, 'operator-link-create', name, { expiresAt: linkExpiresAt });
    return work.reply({ row, linkExpiresAt });
  },
};

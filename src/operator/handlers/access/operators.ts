import type { OperatorLinked } from '../../../command/operator/operator-create.ts';
import { unwrap } from '../../../command/outcome.ts';
import { isRejection } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/access/operators.ts';
import type { Access } from '../../access/access.ts';
import { implementAccess } from '../../access/implement-access.ts';
import { hashOf, makeSecret } from '../../access/secret-hash.ts';
import { viewOperator } from '../../access/views.ts';

export const listOperators = implementAccess(
  operations.listOperators,
  async (_input, _operator, { reads }) => ({
    operators: (await reads.rows('operators', {})).map(viewOperator),
  }),
);

export const createOperator = implementAccess(
  operations.createOperator,
  async ({ body: { name, roles } }, operator, { commands, access }) => {
    const { secret, link } = makeLink(access);
    const outcome = unwrap(await commands.submit('createOperator', { operator, name, roles, link }));
    return isRejection(outcome) ? outcome : viewLinked(outcome.done, secret);
  },
);

export const updateOperator = implementAccess(
  operations.updateOperator,
  async ({ path: { name }, body: { roles, disabled } }, operator, { commands }) => {
    const outcome = unwrap(await commands.submit('changeOperator', { operator, name, roles, disabled }));
    return isRejection(outcome) ? outcome : viewOperator(outcome.done);
  },
);

export const createOperatorLink = implementAccess(
  operations.createOperatorLink,
  async ({ path: { name } }, operator, { commands, access }) => {
    const { secret, link } = makeLink(access);
    const outcome = unwrap(await commands.submit('createOperatorLink', { operator, name, link }));
    return isRejection(outcome) ? outcome : viewLinked(outcome.done, secret);
  },
);

function makeLink(access: Access) {
  const secret = makeSecret('bursar_link');
  return { secret, link: { secretHash: hashOf(secret), atMs: access.nowMs() } };
}

const viewLinked = ({ row, linkExpiresAt }: OperatorLinked, secret: string) => ({
  operator: viewOperator(row),
  link: { secret, expiresAt: linkExpiresAt },
});

/**
 * The questionnaire of a withdrawal, which the travel rule of a country may require. It is stored with the withdrawal,
 * or later, when its request is repeated with answers: a rule that was set meanwhile may require them before the
 * withdrawal can be confirmed or approved.
 */
import { isDeepStrictEqual } from 'node:util';
import { reject } from '../../contract/errors.ts';
import type { Answers } from '../../domain/travel-rule/questionnaire.ts';
import { accountById, questionnaireOf, withdrawalByOrderId } from '../../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { checkTravelRule } from './account-rules.ts';
import type { WithdrawalReceipt, WithdrawalRequest } from './withdrawal-request.ts';

/** The questionnaire of the withdrawal that the order id names. */
export function earlierQuestionnaire(
  request: WithdrawalRequest,
  rows: Rows,
): readonly Lookup<'withdrawal_questionnaires'>[] {
  const { accountId, orderId, questionnaire } = request;
  if (orderId === undefined || questionnaire === undefined) return [];
  const earlier = rows.one(withdrawalByOrderId(accountId, orderId));
  return earlier === undefined ? [] : [questionnaireOf(earlier.id)];
}

/** The reply to a repeated request with answers, which must be those that the withdrawal has, if it has any. */
export function answerAgain(
  questionnaire: Answers,
  { id, appliedAt, accountId }: Row<'withdrawals'>,
  rows: Rows,
  context: DecisionContext,
) {
  const answered = rows.one(questionnaireOf(id));
  if (answered !== undefined)
    return isDeepStrictEqual(answered.questionnaire, asStored(questionnaire))
      ? { reply: { id, trId: answered.trId }, writes: [] }
      : reject('order-id-reused');
  const account = rows.one(accountById(accountId));
  if (account === undefined) return reject('owner-disabled', { email: undefined });
  const rejection = checkTravelRule(account, { questionnaire });
  if (rejection !== undefined) return rejection;
  const work = new UnitOfWork(rows, context);
  return work.reply({ id, ...storeQuestionnaire(work, { id, appliedAt }, questionnaire, account, context) });
}

export function storeQuestionnaire(
  work: UnitOfWork,
  { id: withdrawalId, appliedAt: at }: Pick<Row<'withdrawals'>, 'id' | 'appliedAt'>,
  questionnaire: Answers | undefined,
  { id: accountId, travelRuleCountry: country }: Row<'accounts'>,
  { ids }: DecisionContext,
): Omit<WithdrawalReceipt, 'id'> {
  if (questionnaire === undefined) return {};
  const trId = ids.tranId();
  const row = { withdrawalId, trId, accountId, country, questionnaire, at };
  work.write({ insert: 'withdrawal_questionnaires', row });
  return { trId };
}

/** JSON has no negative zero and no numbers beyond those of a double: they are stored as 0 and null. */
const asStored = (questionnaire: Answers): unknown => JSON.parse(JSON.stringify(questionnaire));

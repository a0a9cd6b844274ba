import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { required, Type } from '../../schema.ts';
import { withdrawalErrors } from '../../withdrawal-terms.ts';
import { capitalWithdrawApply } from '../capital/withdraw-apply.ts';

/** The texts of the exchange. */
export const questionnaireReplies = {
  accepted: 'Withdraw request accepted',
  blank: 'Questionnaire must not be blank',
  invalid: 'Questionnaire format not valid.',
} as const;

/**
 * The withdrawal of capital/withdraw/apply with a questionnaire, which also accounts that need none may send. An order id
 * is the same in all of them: repeating a request that was sent without answers adds them, and other answers than the
 * first are rejected (-4001).
 * deviation: if localentity/withdraw/apply rejects a questionnaire, `detail` names the answer and the rule.
 */
export const localentityWithdrawApply = operation({
  id: 'localentityWithdrawApply',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/localentity/withdraw/apply'],
  permission: 'withdrawals',
  weights: { account: 600 },
  summary: 'Submit a withdrawal with the questionnaire that the travel rule requires.',
  parameters: {
    ...capitalWithdrawApply.parameters,
    questionnaire: required.string({
      description:
        'A JSON object with the answers. Those that the country of the account requires are checked for JP, EU and AE.',
      maximum: 4096,
      mayBeEmpty: true,
      lineBreaks: true,
    }),
  },
  reply: Type.Object({
    trId: Type.Optional(
      Type.Integer({
        description: 'The number of the questionnaire; absent if it was not accepted.',
        format: 'int64',
      }),
    ),
    accepted: Type.Boolean({ description: 'Whether the withdrawal was submitted.' }),
    info: Type.String({ enum: Object.values(questionnaireReplies) }),
    detail: Type.Optional(Type.String({ description: 'What is wrong with the questionnaire.' })),
  }),
  errors: withdrawalErrors.filter((error) => error !== 'questionnaire-missing'),
});

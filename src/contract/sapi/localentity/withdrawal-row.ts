/** A row in both versions of the history of withdrawals with questionnaires. */
import { optional, Type } from '../../schema.ts';
import { capitalHistory, capitalHistoryDays } from '../capital/history-parameters.ts';
import { withdrawalFields } from '../capital/withdrawal-row.ts';

const { status, ...fields } = withdrawalFields;

export const questionnaireFields = {
  ...fields,
  trId: Type.Integer({ description: 'The number of the questionnaire.', format: 'int64' }),
  withdrawalStatus: status,
  travelRuleStatus: Type.Integer({
    enum: [0],
    description: '0: Completed. A questionnaire is checked at once, and a rejected one is not stored.',
  }),
};

export const questionnaireHistory = {
  trId: optional.list({ description: 'Only the questionnaires with these numbers.', maximum: 45 }),
  txId: optional.list({ description: 'Only the withdrawals with these transactions.', maximum: 45 }),
  withdrawOrderId: optional.string({
    description:
      'Only the withdrawal with this idempotency key. The interval is then at most 7 days, which is also the default.',
    maximum: 64,
  }),
  network: optional.string({ description: 'Only this network.', maximum: 20 }),
  coin: optional.string({ description: 'Only this asset.', maximum: 20 }),
  travelRuleStatus: optional.integer({
    description: '0: Completed, 1: Pending, 2: Failed; 1 and 2 do not occur here. All when absent.',
    allowed: [0, 1, 2],
  }),
  ...capitalHistory,
};

export const questionnaireWindow = {
  days: capitalHistoryDays,
  withOrderIdDays: 7,
  error: 'interval-too-long',
} as const;

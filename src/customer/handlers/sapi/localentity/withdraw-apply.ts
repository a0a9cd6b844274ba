import { isRejection, type Rejection } from '../../../../contract/errors.ts';
import {
  localentityWithdrawApply,
  questionnaireReplies,
} from '../../../../contract/sapi/localentity/withdraw-apply.ts';
import type { Answers, WrongAnswer } from '../../../../domain/travel-rule/questionnaire.ts';
import { implement } from '../../../handler.ts';
import { submitWithdrawal } from '../../../submit-withdrawal.ts';
import { withdrawalRequest } from '../../../withdrawal-request.ts';

const { accepted, blank, invalid } = questionnaireReplies;

export const localentityWithdrawApplyHandler = implement(
  localentityWithdrawApply,
  async ({ questionnaire: text, ...values }, caller, parts) => {
    if (text.trim() === '') return { accepted: false, info: blank };
    const questionnaire = readObject(text);
    if (questionnaire === null)
      return { accepted: false, info: invalid, detail: 'The questionnaire must be a JSON object.' };
    const request = { ...withdrawalRequest(values, caller), questionnaire };
    const outcome = await submitWithdrawal(request, caller, parts);
    if (!isRejection(outcome)) {
      const { trId } = outcome.done;
      return { ...(trId !== undefined && { trId }), accepted: true, info: accepted };
    }
    if (!isAboutQuestionnaire(outcome))
      // cast: those about the questionnaire are excluded above.
      return outcome as Rejection<Exclude<Rejected<typeof outcome>, AboutQuestionnaire>>;
    const { field = 'questionnaire', rule = 'is missing' }: Partial<WrongAnswer> = outcome.details;
    return { accepted: false, info: invalid, detail: `${field} ${rule}.` };
  },
);

type AboutQuestionnaire = 'questionnaire-missing' | 'questionnaire-invalid';
type Rejected<R> = R extends Rejection<infer I> ? I : never;

function isAboutQuestionnaire(rejection: Rejection): rejection is Rejection<'questionnaire-invalid'> {
  return rejection.rejected === 'questionnaire-invalid' || rejection.rejected === 'questionnaire-missing';
}

function readObject(text: string): Answers | null {
  try {
    const value: unknown = JSON.parse(text);
    // cast: any fields may be missing or of another type; the command checks them.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Answers) : null;
  } catch {
    return null;
  }
}

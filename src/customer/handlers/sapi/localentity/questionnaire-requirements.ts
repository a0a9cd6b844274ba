import { questionnaireRequirements } from '../../../../contract/sapi/localentity/questionnaire-requirements.ts';
import { implement } from '../../../handler.ts';

export const questionnaireRequirementsHandler = implement(
  questionnaireRequirements,
  (_values, { account }) => ({ questionnaireCountryCode: account.travelRuleCountry }),
);

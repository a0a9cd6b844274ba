/**
 * The travel rule: which answers about its recipient a withdrawal needs, by the country of the account. Numbers and
 * booleans may be texts; answers that no rule asks for are ignored.
 */

/** The country of accounts that need no questionnaire. */
export const noTravelRule = 'NIL';

export type Answers = Readonly<Record<string, unknown>>;
/** The rule that an answer violates. */
export type WrongAnswer = { readonly field: string; readonly rule: string };

type Check = WrongAnswer & { readonly holds: (answer: unknown) => boolean };
/** Checks of questionnaires that meet a condition. */
type Group = { readonly when: (answers: Answers) => boolean; readonly checks: readonly Check[] };

const textOf = (answer: unknown): string =>
  typeof answer === 'string' || typeof answer === 'number' || typeof answer === 'boolean'
    ? String(answer)
    : '';
const is = (field: string, value: number) => (answers: Answers) => textOf(answers[field]) === `${value}`;
const both = (one: Group['when'], other: Group['when']) => (answers: Answers) =>
  one(answers) && other(answers);
const always = () => true;

const choice = (field: string, ...values: readonly number[]): Check => ({
  field,
  rule: `must be ${values.join(' or ')}`,
  holds: (answer) => typeof answer !== 'boolean' && values.some((value) => textOf(answer) === `${value}`),
});
const flag = (field: string): Check => ({
  field,
  rule: 'must be true or false',
  holds: (answer) => textOf(answer) === 'true' || textOf(answer) === 'false',
});
const text = (field: string): Check => ({
  field,
  rule: 'must be a text that is not blank',
  holds: (answer) => typeof answer === 'string' && answer.trim() !== '',
});
const country = (field: string): Check => ({
  field,
  rule: 'must be a country as two lower-case letters (ISO 3166)',
  holds: (answer) => typeof answer === 'string' && /^[a-z]{2}$/.test(answer),
});

const notInNames = /[\p{Nd}\p{Sc}!@#$%^&*()_=.~`<>/:;?+]/u;
const tripleLetter = /(\p{L})\1\1/iu;
const maxNameLength = 99;

const name = (field: string): Check => ({
  field,
  rule: `must be a name of 1 to ${maxNameLength} characters, without digits and special characters, and with no letter three times in a row`,
  holds: (answer) =>
    typeof answer === 'string' &&
    answer.trim() !== '' &&
    [...answer].length <= maxNameLength &&
    !notInNames.test(answer) &&
    !tripleLetter.test(answer),
});
const companyName = (field: string): Check => ({
  field,
  rule: `must be a name of 1 to ${maxNameLength} characters`,
  holds: (answer) =>
    typeof answer === 'string' && answer.trim() !== '' && [...answer].length <= maxNameLength,
});

const toAnother = is('isAddressOwner', 2);
const toPerson = both(toAnother, is('bnfType', 0));
const toCompany = both(toAnother, is('bnfType', 1));

/** The provider that keeps the address: `vaspName` if it is not in the list of known ones. */
const provider = (sendTo: number): readonly Group[] => [
  { when: is('sendTo', sendTo), checks: [text('vasp')] },
  {
    when: both(is('sendTo', sendTo), ({ vasp }) => textOf(vasp).toLowerCase() === 'others'),
    checks: [text('vaspName')],
  },
];

const japan: readonly Group[] = [
  { when: always, checks: [choice('isAddressOwner', 1, 2)] },
  {
    when: toAnother,
    checks: [choice('bnfType', 0, 1), name('kanjiName'), name('kanaName'), name('latinName')],
  },
  { when: always, checks: [country('country'), text('city'), choice('sendTo', 1, 2)] },
  ...provider(1),
  { when: ({ vaspCountry }) => vaspCountry !== undefined, checks: [country('vaspCountry')] },
  {
    when: ({ vaspCountry }) => vaspCountry === 'cn' || vaspCountry === 'ua',
    checks: [text('vaspRegion')],
  },
  { when: always, checks: [choice('txnPurpose', 1, 2, 4, 5, 6, 7), flag('isAttested')] },
];

const europe: readonly Group[] = [
  { when: always, checks: [choice('isAddressOwner', 1, 2)] },
  { when: toAnother, checks: [choice('bnfType', 0, 1)] },
  { when: toPerson, checks: [name('bnfFirstName'), name('bnfLastName'), country('country')] },
  { when: toCompany, checks: [companyName('bnfCorpName'), country('bnfCorpCountry')] },
  { when: always, checks: [choice('sendTo', 1, 2)] },
  ...provider(2),
  { when: always, checks: [flag('declaration')] },
];

const emirates: readonly Group[] = [
  { when: always, checks: [choice('isAddressOwner', 1, 2)] },
  { when: toAnother, checks: [choice('bnfType', 0, 1)] },
  { when: toPerson, checks: [name('bnfName')] },
  { when: toCompany, checks: [companyName('bnfName')] },
  { when: toAnother, checks: [country('country'), text('city')] },
  { when: always, checks: [choice('sendTo', 1, 2)] },
  ...provider(2),
];

/** The questionnaires of other countries are accepted as they are. */
const questionnaires: ReadonlyMap<string, readonly Group[]> = new Map([
  ['JP', japan],
  ['EU', europe],
  ['AE', emirates],
]);

/** @returns the first answer that violates a rule of the country; null if there is none. */
export function wrongAnswerIn(answers: Answers, countryCode: string): WrongAnswer | null {
  for (const { when, checks } of questionnaires.get(countryCode) ?? []) {
    const wrong = when(answers) ? checks.find(({ field, holds }) => !holds(answers[field])) : undefined;
    if (wrong !== undefined) return { field: wrong.field, rule: wrong.rule };
  }
  return null;
}

/** Counts accepted signatures by the form of the request that was signed. */
import { entriesOf } from '../boundary/record.ts';

/**
 * `raw`: the bytes as sent; `plus-as-percent-20`: with `%20` where `+` was sent; `decoded`: percent-decoded;
 * `encoded`: each value encoded as `encodeURIComponent` does.
 */
export type SignedForm = 'raw' | 'plus-as-percent-20' | 'decoded' | 'encoded';

export class SignatureMeter {
  readonly #counts: Record<SignedForm, number> = { raw: 0, 'plus-as-percent-20': 0, decoded: 0, encoded: 0 };

  count(form: SignedForm): void {
    this.#counts[form] += 1;
  }

  read(): readonly (readonly [SignedForm, number])[] {
    return entriesOf(this.#counts);
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { convertDust, exceedsDustLimit } from './dust.ts';

/** '0.25' as { coefficient: 25n, scale: 2 }. */
function exact(text: string) {
  const [whole = '', fraction = ''] = text.split('.');
  return { coefficient: BigInt(whole + fraction), scale: fraction.length };
}

/** '0.25' at scale 8 as 25000000n. */
function units(text: string, scale = 8): bigint {
  const { coefficient, scale: given } = exact(text);
  return coefficient * 10n ** BigInt(scale - given);
}

function convert(amount: string, price: string, targetPrice: string) {
  return convertDust({
    amountUnits: units(amount),
    assetScale: 8,
    price: exact(price),
    targetPrice: exact(targetPrice),
    targetScale: 8,
  });
}

test("the specification's sample of a conversion reply is reproduced: gross, fee and both totals", () => {
  // asset, amount, price, BNB price (as a quotient), transferedAmount, serviceChargeAmount
  const sample = [
    ['0.03', '250', '30', '0.25', '0.005'],
    ['0.09', '258', '30', '0.774', '0.01548'],
    ['248.61878453', '0.0032907', '30', '0.02727099', '0.00054542'],
  ] as const;
  let gross = 0n;
  let fees = 0n;
  for (const [amount, price, targetPrice, transfered, charge] of sample) {
    const { grossUnits, feeUnits, netUnits } = convert(amount, price, targetPrice);
    assert.equal(grossUnits, units(transfered));
    assert.equal(feeUnits, units(charge));
    assert.equal(netUnits, units(transfered) - units(charge));
    gross += grossUnits;
    fees += feeUnits;
  }
  assert.equal(gross, units('1.05127099'));
  assert.equal(fees, units('0.02102542'));
});

test("the specification's sample of the dust log is reproduced: net, fee and both totals", () => {
  // price, amount, transferedAmount, serviceChargeAmount; then transfered_total, service_charge_total
  const conversions = [
    [
      [
        ['15', '0.0009', '0.000441', '0.000009'],
        ['29.985', '0.0009', '0.00088156', '0.00001799'],
      ],
      '0.00132256',
      '0.00002699',
    ],
    [
      [
        ['15', '0.001', '0.00049', '0.00001'],
        ['29.985', '0.0001', '0.00009795', '0.000002'],
      ],
      '0.00058795',
      '0.000012',
    ],
  ] as const;
  for (const [lines, transferedTotal, chargeTotal] of conversions) {
    let net = 0n;
    let fees = 0n;
    for (const [price, amount, transfered, charge] of lines) {
      const { feeUnits, netUnits } = convert(amount, price, '30');
      assert.equal(netUnits, units(transfered));
      assert.equal(feeUnits, units(charge));
      net += netUnits;
      fees += feeUnits;
    }
    assert.equal(net, units(transferedTotal));
    assert.equal(fees, units(chargeTotal));
  }
});

test('gross and fee are rounded half up', () => {
  assert.deepEqual(convert('0.00000001', '0.5', '1'), { grossUnits: 1n, feeUnits: 0n, netUnits: 1n });
  assert.deepEqual(convert('0.00000001', '0.4999', '1'), { grossUnits: 0n, feeUnits: 0n, netUnits: 0n });
  assert.deepEqual(convert('0.00000005', '0.5', '1'), { grossUnits: 3n, feeUnits: 0n, netUnits: 3n });
  assert.deepEqual(convert('0.00000025', '1', '1'), { grossUnits: 25n, feeUnits: 1n, netUnits: 24n });
  assert.deepEqual(convert('0.00000024', '1', '1'), { grossUnits: 24n, feeUnits: 0n, netUnits: 24n });
});

test('asset and target may have different scales, up to 18', () => {
  const wei = { amountUnits: 10n ** 15n, assetScale: 18, price: exact('200'), targetPrice: exact('30') };
  assert.equal(convertDust({ ...wei, targetScale: 8 }).grossUnits, 666_667n);
  assert.equal(convertDust({ ...wei, targetScale: 0 }).grossUnits, 0n);
});

test('a price of zero or below for the target, or a negative amount or price, is rejected', () => {
  assert.throws(() => convert('1', '1', '0'), RangeError);
  const dust = { amountUnits: 1n, assetScale: 8, price: exact('1'), btcPrice: exact('1'), limit: exact('1') };
  assert.throws(() => exceedsDustLimit({ ...dust, btcPrice: exact('0') }), RangeError);
  assert.throws(() => exceedsDustLimit({ ...dust, amountUnits: -1n }), RangeError);
  assert.throws(() => exceedsDustLimit({ ...dust, price: exact('-1') }), RangeError);
});

test('a value of exactly the limit is dust, one unit more is not', () => {
  const trx = { assetScale: 6, price: exact('0.03'), btcPrice: exact('9000'), limit: exact('0.001') };
  assert.equal(exceedsDustLimit({ ...trx, amountUnits: 300_000_000n }), false);
  assert.equal(exceedsDustLimit({ ...trx, amountUnits: 300_000_001n }), true);
  // A third of a BTC against its rounded decimal: comparing rounded values would make them equal.
  const third = { amountUnits: 1n, assetScale: 0, price: exact('1'), btcPrice: exact('3') };
  assert.equal(exceedsDustLimit({ ...third, limit: exact('0.33333333') }), true);
  assert.equal(exceedsDustLimit({ ...third, limit: exact('0.33333334') }), false);
});

test('for any dust, net + fee = gross, and gross and fee are within half a unit of their exact values', () => {
  const price = fc.record({ coefficient: fc.bigInt(1n, 10n ** 20n), scale: fc.nat({ max: 18 }) });
  const scale = fc.nat({ max: 18 });
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10n ** 27n),
      scale,
      price,
      price,
      scale,
      (amountUnits, assetScale, from, to, targetScale) => {
        const { grossUnits, feeUnits, netUnits } = convertDust({
          amountUnits,
          assetScale,
          price: from,
          targetPrice: to,
          targetScale,
        });
        assert.equal(netUnits + feeUnits, grossUnits);
        assert.ok(feeUnits >= 0n && netUnits >= 0n);
        const numerator = amountUnits * from.coefficient * 10n ** BigInt(to.scale + targetScale);
        const denominator = to.coefficient * 10n ** BigInt(from.scale + assetScale);
        const off = 2n * (grossUnits * denominator - numerator);
        assert.ok(off > -denominator && off <= denominator, 'gross');
        const feeOff = feeUnits * 100n - grossUnits * 2n;
        assert.ok(feeOff > -50n && feeOff <= 50n, 'fee');
      },
    ),
  );
});

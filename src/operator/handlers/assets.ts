import { formatUnits } from '../../contract/decimal.ts';
import { isRejection, type Rejection } from '../../contract/errors.ts';
import type { OperatorOperations } from '../../contract/operator/index.ts';
import type { OperatorInput, OperatorReply } from '../../contract/operator-operation.ts';
import { addressFormatOfNetwork } from '../../domain/address/format-of-network.ts';
import type { Asset, AssetNetwork } from '../../domain/catalog.ts';
import { settled } from '../../edge/handler.ts';
import type { OperatorHandler } from '../handler.ts';
import { unitsFrom } from './subject.ts';

type PutAsset = OperatorOperations['putAsset'];
type AssetBody = OperatorInput<PutAsset>['body'];
type NetworkBody = AssetBody['networks'][number];
type Scaled = Pick<Asset, 'asset' | 'scale'>;

const defaultScale = 8;

export const putAsset: OperatorHandler<PutAsset> = async (
  { path, body },
  operator,
  { commands, catalog },
) => {
  const known = catalog().assets.get(path.asset);
  const asset = readAsset({ asset: path.asset, scale: body.scale ?? known?.scale ?? defaultScale }, body);
  if (isRejection(asset)) return asset;
  const outcome = settled(await commands.submit('putAsset', { operator, asset }));
  return isRejection(outcome) ? outcome : view(catalog().assets.get(outcome.done.asset) as Asset);
};

export const listAssets: OperatorHandler<OperatorOperations['listAssets']> = (_input, _operator, parts) => ({
  assets: [...parts.catalog().assets.values()].map(view),
});

function readAsset(scaled: Scaled, body: AssetBody): Asset | Rejection {
  const networks: AssetNetwork[] = [];
  for (const [index, network] of body.networks.entries()) {
    const read = readNetwork(scaled, network, `body.networks[${index}]`);
    if (isRejection(read)) return read;
    networks.push(read);
  }
  const withdrawMaximumPerDay = readLimit(scaled, body.withdrawMaximumPerDay, 'body.withdrawMaximumPerDay');
  if (isRejection(withdrawMaximumPerDay)) return withdrawMaximumPerDay;
  const autoApprovalLimit = readLimit(scaled, body.autoApprovalLimit, 'body.autoApprovalLimit');
  if (isRejection(autoApprovalLimit)) return autoApprovalLimit;
  return { ...scaled, name: body.name ?? scaled.asset, networks, withdrawMaximumPerDay, autoApprovalLimit };
}

function readLimit(scaled: Scaled, text: string | null = null, field: string): bigint | null | Rejection {
  return text === null ? null : unitsFrom(text, field, scaled);
}

function readNetwork(scaled: Scaled, network: NetworkBody, field: string): AssetNetwork | Rejection {
  const amounts: bigint[] = [];
  const { withdrawFee = '0', withdrawMultiple, withdrawMinimum } = network;
  const multiple = withdrawMultiple ?? formatUnits(1n, scaled.scale);
  const given = { withdrawFee, withdrawMultiple: multiple, withdrawMinimum: withdrawMinimum ?? multiple };
  for (const [name, text] of Object.entries(given)) {
    const units = unitsFrom(text, `${field}.${name}`, scaled);
    if (isRejection(units)) return units;
    amounts.push(units);
  }
  const [fee = 0n, step = 1n, minimum = 1n] = amounts;
  const minConfirm = network.minConfirm ?? 1;
  return {
    network: network.network,
    addressFormat: network.addressFormat ?? addressFormatOfNetwork(network.network),
    depositEnabled: network.depositEnabled ?? true,
    withdrawEnabled: network.withdrawEnabled ?? true,
    ...(network.depositTip !== undefined && { depositTip: network.depositTip }),
    withdrawFee: fee,
    withdrawMinimum: minimum,
    withdrawMultiple: step,
    minConfirm,
    unlockConfirm: network.unlockConfirm ?? minConfirm,
  };
}

function view({
  scale,
  networks,
  withdrawMaximumPerDay,
  autoApprovalLimit,
  ...rest
}: Asset): OperatorReply<PutAsset> {
  const text = (units: bigint) => formatUnits(units, scale);
  return {
    ...rest,
    scale,
    networks: networks.map(({ depositTip, ...network }) => ({
      ...network,
      ...(depositTip !== undefined && { depositTip }),
      withdrawFee: text(network.withdrawFee),
      withdrawMinimum: text(network.withdrawMinimum),
      withdrawMultiple: text(network.withdrawMultiple),
    })),
    withdrawMaximumPerDay: withdrawMaximumPerDay === null ? null : text(withdrawMaximumPerDay),
    autoApprovalLimit: autoApprovalLimit === null ? null : text(autoApprovalLimit),
  };
}

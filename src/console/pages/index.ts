/** The pages of the console: their paths, and where they are in the navigation. */
import type { ComponentType } from 'preact';
import type { OperatorPermission } from '../../contract/operator-permissions.ts';
import type { has } from '../kit/session.ts';
import { text } from '../texts.ts';
import { AccessPage } from './access.ts';
import { AssetPage, AssetsPage } from './assets.ts';
import { AuditPage } from './audit.ts';
import { ChangePage, ChangesPage } from './changes.ts';
import { CustomerPage } from './customer.ts';
import { CustomersPage } from './customers.ts';
import { DepositPage, DepositsPage } from './deposits.ts';
import { InboxPage } from './inbox.ts';
import { ChainPage, ChainsPage } from './lab-chains.ts';
import { ClockPage } from './lab-clock.ts';
import { FaultsPage } from './lab-faults.ts';
import { TimelinePage, VerdictPage } from './lab-timeline.ts';
import { LedgerPage, TransferPage } from './ledger.ts';
import { NetworkPage } from './network.ts';
import { NetworksPage } from './networks.ts';
import { OverviewPage } from './overview.ts';
import { PolicyPage } from './policy.ts';
import { ProfilePage } from './profile.ts';
import { SearchPage } from './search.ts';
import { SettlementPage } from './settlement.ts';
import { StatementPage } from './statement.ts';
import { WithdrawalPage } from './withdrawal.ts';
import { WithdrawalsPage } from './withdrawals.ts';
import { WorldPage } from './world.ts';
import { WorldsPage } from './worlds.ts';

export type PageEntry = {
  /** `:id` stands for the id of a record. */
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: a page without an id ignores it
  readonly page: ComponentType<any>;
  readonly permission: OperatorPermission | 'anyone';
  /** The feature of the server without which the page does not exist. */
  readonly feature?: Parameters<typeof has>[0];
  /** Its name in the navigation; absent: it is reached from a list. */
  readonly title?: string;
};

const view = { permission: 'view' } as const;
const lab = { permission: 'use-lab', feature: 'lab' } as const;
const manual = { ...view, feature: 'manual-networks' } as const;

export const pages: readonly PageEntry[] = [
  { ...view, path: '/', page: OverviewPage, title: text.overview.title },
  { ...view, path: '/inbox', page: InboxPage, title: text.inbox.title },
  { ...view, path: '/withdrawals', page: WithdrawalsPage, title: text.withdrawals.title },
  { ...view, path: '/withdrawals/:id', page: WithdrawalPage },
  { ...manual, path: '/settlement', page: SettlementPage, title: text.settlement.title },
  { ...view, path: '/deposits', page: DepositsPage, title: text.deposits.title },
  { ...view, path: '/deposits/:id', page: DepositPage },
  { ...view, path: '/customers', page: CustomersPage, title: text.customers.title },
  { ...view, path: '/customers/:id', page: CustomerPage },
  { ...view, path: '/ledger', page: LedgerPage, title: text.ledger.title },
  { ...view, path: '/ledger/:id', page: TransferPage },
  { ...view, path: '/statement', page: StatementPage },
  { ...view, path: '/statement/:id', page: StatementPage },
  { ...view, path: '/networks', page: NetworksPage, title: text.rules.networks },
  { ...view, path: '/networks/:id', page: NetworkPage },
  { ...view, path: '/assets', page: AssetsPage, title: text.rules.assets },
  { ...view, path: '/assets/:id', page: AssetPage },
  { ...view, path: '/policy', page: PolicyPage, title: text.rules.policy },
  { ...view, path: '/changes', page: ChangesPage, title: text.rules.changes },
  { ...view, path: '/changes/:id', page: ChangePage },
  { permission: 'manage-operators', path: '/access', page: AccessPage, title: text.access.title },
  { ...view, path: '/audit', page: AuditPage, title: text.access.audit },
  { ...view, path: '/search', page: SearchPage },
  { permission: 'anyone', path: '/profile', page: ProfilePage },
];

/** The pages of the lab. */
export const labPages: readonly PageEntry[] = [
  { ...lab, path: '/lab/worlds', page: WorldsPage, title: text.lab.worlds },
  { ...lab, path: '/lab/worlds/:id', page: WorldPage },
  { ...lab, path: '/lab/faults', page: FaultsPage, title: text.lab.faults },
  { ...lab, path: '/lab/clock', page: ClockPage, title: text.lab.clock },
  { ...lab, path: '/lab/timeline', page: TimelinePage, title: text.lab.timeline },
  { ...lab, path: '/lab/verdict', page: VerdictPage, title: text.lab.verdict },
  { ...lab, path: '/lab/chains', page: ChainsPage, title: text.lab.chains },
  { ...lab, path: '/lab/chains/:id', page: ChainPage },
];

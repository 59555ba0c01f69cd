import Breadcrumbs, { BreadcrumbsItem } from '@atlaskit/breadcrumbs';
import type { ReactNode } from 'react';
import { useAsset } from '../../api/queries';
import type { Asset } from '../../api/types';
import { href, navigate } from '../../host/address';
import { FailurePanel } from '../../components/FailurePanel';
import { endOfDay, formatDay, formatTime, today } from '../../components/format';
import { PersonAvatar, personName } from '../../components/Person';
import { StatusLozenge } from '../../components/asset/StatusLozenge';
import { Waiting } from '../../components/Waiting';
import { attributeLabel, isKnownAttribute, KNOWN_ATTRIBUTES } from '../../components/asset/words';
import { AsOfBanner } from '../assets/AsOf';
import { isOverdue } from '../assets/columns';
import { readPastDay } from '../assets/list-state';
import { AssetActions } from './AssetActions';
import css from './AssetPage.module.css';
import { History } from './History';
import { useHeldSince } from './held-since';

const shownElsewhere = ['name'];

function attributeText(key: string, value: string): ReactNode {
  if (key === 'purchased_on') return formatDay(value);
  return value;
}

function Details({ asset }: { asset: Asset }) {
  const own = Object.keys(asset.attributes)
    .filter((key) => !isKnownAttribute(key))
    .sort();
  const keys = [...KNOWN_ATTRIBUTES, ...own].filter(
    (key) => asset.attributes[key] !== undefined && !shownElsewhere.includes(key),
  );
  return (
    <section className={css.card} aria-labelledby="details">
      <h2 id="details">Details</h2>
      {keys.length === 0 && <p className={css.subtle}>Nothing but the name is recorded.</p>}
      <dl className={css.facts}>
        {keys.map((key) => (
          <div key={key} data-wide={key === 'notes' || undefined}>
            <dt>{attributeLabel(key)}</dt>
            <dd>{attributeText(key, asset.attributes[key] ?? '')}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const NO_HOLDER = {
  in_stock: 'In stock. Nobody holds it.',
  retired: 'Retired. It is no longer in service.',
  checked_out: 'Checked out.',
};

function Custody({ asset, day }: { asset: Asset; day: string }) {
  const since = useHeldSince(asset);
  const overdue = isOverdue(asset, day);
  return (
    <section className={css.card} aria-labelledby="custody">
      <h2 id="custody">Custody</h2>
      {asset.holder ? (
        <>
          <div className={css.holder}>
            <PersonAvatar person={asset.holder} large />
            <div>
              <p className={css.holderName}>{personName(asset.holder)}</p>
              {since && <p className={css.subtle}>since {formatTime(since)}</p>}
            </div>
          </div>
          <dl className={css.sideFacts}>
            <dt>Due back</dt>
            <dd className={overdue ? css.overdue : undefined}>
              {asset.dueOn ? `${formatDay(asset.dueOn)}${overdue ? ', overdue' : ''}` : 'No date set'}
            </dd>
          </dl>
        </>
      ) : (
        <p className={css.subtle}>{NO_HOLDER[asset.status]}</p>
      )}
    </section>
  );
}

function Record({ asset }: { asset: Asset }) {
  return (
    <section className={css.card} aria-labelledby="record">
      <h2 id="record">Record</h2>
      <dl className={css.sideFacts}>
        <dt>Registered</dt>
        <dd>{formatTime(asset.registeredAt)}</dd>
        <dt>Last change</dt>
        <dd>{formatTime(asset.updatedAt)}</dd>
        <dt>Revision</dt>
        <dd>{asset.revision}</dd>
      </dl>
    </section>
  );
}

function Loaded({ asset, asOfDay }: { asset: Asset; asOfDay: string | null }) {
  const asOf = asOfDay ? (endOfDay(asOfDay) ?? undefined) : undefined;
  return (
    <>
      <header className={css.header}>
        <div className={css.headline}>
          <h1>{asset.attributes.name}</h1>
          <p className={css.under}>
            <span className={css.tag}>{asset.tag}</span>
            <StatusLozenge status={asset.status} />
          </p>
        </div>
        {!asOfDay && <AssetActions asset={asset} />}
      </header>
      <div className={css.columns}>
        <div className={css.main}>
          <Details asset={asset} />
          <section className={css.card} aria-labelledby="history">
            <h2 id="history">History</h2>
            <History asset={asset} asOf={asOf} />
          </section>
        </div>
        <aside className={css.side} aria-label="Custody and record">
          <Custody asset={asset} day={asOfDay ?? today()} />
          <Record asset={asset} />
        </aside>
      </div>
    </>
  );
}

export default function AssetPage({ id, asOfDay }: { id: string; asOfDay: string | null }) {
  const day = readPastDay(asOfDay);
  const asset = useAsset(id, day ? (endOfDay(day) ?? undefined) : undefined);
  return (
    <main className={css.page}>
      <Breadcrumbs label="Breadcrumbs">
        <BreadcrumbsItem href={href([], { asOf: day ?? undefined })} text="Assets" />
        <BreadcrumbsItem text={asset.data?.tag ?? 'Asset'} />
      </Breadcrumbs>
      {day && <AsOfBanner day={day} onLeave={() => navigate(href(['asset', id]))} />}
      {!asset.data && <h1 className="visually-hidden">Asset</h1>}
      {asset.error && !asset.data && (
        <FailurePanel
          title="The asset could not be shown"
          failure={asset.error}
          onRetry={() => void asset.refetch()}
        />
      )}
      {asset.isPending && <Waiting label="Loading the asset" />}
      {asset.data && <Loaded asset={asset.data} asOfDay={day} />}
    </main>
  );
}

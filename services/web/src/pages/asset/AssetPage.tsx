import type { Asset } from '../../api/model';
import { useAsset, useLastHandOver } from '../../api/queries';
import { NAME, useSchema, type Schema } from '../../api/schema';
import { AsOfBanner } from '../../components/asset/AsOfBanner';
import { isOverdue } from '../../components/asset/overdue';
import { SchemaState } from '../../components/asset/SchemaState';
import { StatusLozenge } from '../../components/asset/StatusLozenge';
import { Crumbs } from '../../components/Crumbs';
import { FailurePanel } from '../../components/FailurePanel';
import { Card, Columns, Facts, Page, PageHeader, Subtle } from '../../components/Page';
import { PersonAvatar } from '../../components/Person';
import { Waiting } from '../../components/Waiting';
import { fieldLabel, personName } from '../../components/words';
import { endOfDay, readPastDay, today } from '../../day';
import { href, lastList, navigate, parseRoute } from '../../host/address';
import { t } from '../../messages';
import { formatCount, formatDay, formatTime } from '../../messages/format';
import { AssetActions } from './AssetActions';
import css from './AssetPage.module.css';
import { History } from './History';

/** The instant that a past day is shown for: its end. */
const instantOf = (day: string | null) => (day && endOfDay(day)) || undefined;

/** The list that the reader comes from, or the plain one of the same day. */
function listHref(day: string | null): string {
  const last = lastList();
  return parseRoute(last).query.get('asOf') === day ? last : href([], { asOf: day ?? undefined });
}

/** What is recorded of the asset. The name is the title of the page. */
function factsOf({ attributes }: Asset, schema: Schema) {
  const keys = schema.keysWith(Object.keys(attributes)).filter((key) => key in attributes && key !== NAME);
  return keys.map((key) => {
    const [value, kind] = [attributes[key] ?? '', schema.find(key)?.kind];
    return {
      label: fieldLabel(schema, key),
      value: kind === 'date' ? formatDay(value) : value,
      isWide: kind === 'long_text',
    };
  });
}

function Details({ asset }: { asset: Asset }) {
  const known = useSchema(Object.keys(asset.attributes));
  const facts = factsOf(asset, known.schema);
  return (
    <Card title={t('asset.details')}>
      <SchemaState known={known} />
      {!known.isLoading && facts.length > 0 && <Facts layout="grid" facts={facts} />}
      {facts.length === 0 && <Subtle>{t('asset.nameOnly')}</Subtle>}
    </Card>
  );
}

function DueDay({ asset, day }: { asset: Asset; day: string }) {
  if (!asset.dueOn) return <>{t('asset.noDueDay')}</>;
  const dueOn = formatDay(asset.dueOn);
  if (!isOverdue(asset, day)) return <>{dueOn}</>;
  return <span className={css.overdue}>{t('asset.overdueSince', { day: dueOn })}</span>;
}

interface ShownAsset {
  asset: Asset;
  /** The past day that is shown, or null for now. */
  day: string | null;
}

function HeldSince({ id, asOf }: { id: string; asOf: string | undefined }) {
  const { data: handOver } = useLastHandOver(id, asOf);
  if (!handOver) return null;
  return <Subtle>{t('asset.heldSince', { time: formatTime(handOver.effectiveAt ?? handOver.at) })}</Subtle>;
}

function Custody({ asset, day }: ShownAsset) {
  const { holder } = asset;
  if (!holder) {
    return (
      <Card title={t('asset.custody')}>
        <Subtle>{t(`asset.noHolder.${asset.status}`)}</Subtle>
      </Card>
    );
  }
  return (
    <Card title={t('asset.custody')}>
      <div className={css.holder}>
        <PersonAvatar person={holder} large />
        <div>
          <p className={css.holderName}>{personName(holder)}</p>
          <HeldSince id={asset.id} asOf={instantOf(day)} />
        </div>
      </div>
      <Facts
        facts={[{ label: t('attribute.due_on'), value: <DueDay asset={asset} day={day ?? today()} /> }]}
      />
    </Card>
  );
}

function Record({ asset }: { asset: Asset }) {
  const facts = [
    { label: t('asset.registered'), value: formatTime(asset.registeredAt) },
    { label: t('asset.lastChange'), value: formatTime(asset.updatedAt) },
    { label: t('asset.revision'), value: formatCount(asset.revision) },
  ];
  return (
    <Card title={t('asset.record')}>
      <Facts facts={facts} />
    </Card>
  );
}

function Aside({ asset, day }: ShownAsset) {
  return (
    <>
      <Custody asset={asset} day={day} />
      <Record asset={asset} />
    </>
  );
}

function Loaded({ asset, day }: ShownAsset) {
  return (
    <>
      <PageHeader
        title={asset.attributes[NAME] ?? asset.tag}
        under={
          <>
            <span className={css.tag}>{asset.tag}</span>
            <StatusLozenge status={asset.status} />
          </>
        }
        actions={!day && <AssetActions asset={asset} />}
      />
      <Columns label={t('asset.aside')} aside={<Aside asset={asset} day={day} />}>
        <Details asset={asset} />
        <Card title={t('asset.history')}>
          <History id={asset.id} asOf={instantOf(day)} />
        </Card>
      </Columns>
    </>
  );
}

/** What remains of an asset whose registration was withdrawn. */
function Withdrawn({ id, day }: { id: string; day: string | null }) {
  return (
    <>
      <PageHeader title={t('withdrawn.title')} under={t('withdrawn.text')} />
      <Card title={t('asset.history')}>
        <History id={id} asOf={instantOf(day)} />
      </Card>
    </>
  );
}

/** The refusal of an asset that the register had once. */
const WITHDRAWN = 'asset.withdrawn';

export default function AssetPage({ id, asOfDay }: { id: string; asOfDay: string | null }) {
  const day = readPastDay(asOfDay);
  const asset = useAsset(id, instantOf(day));
  const isWithdrawn = !asset.data && asset.error?.code === WITHDRAWN;
  const title = isWithdrawn ? t('withdrawn.title') : t('asset.page');
  const crumbs = [{ href: listHref(day), text: t('list.title') }, { text: asset.data?.tag ?? title }];
  return (
    <Page>
      <Crumbs items={crumbs} />
      {day && <AsOfBanner day={day} onLeave={() => navigate(href(['asset', id]))} />}
      {!asset.data && !isWithdrawn && <h1 className="visually-hidden">{title}</h1>}
      {isWithdrawn && <Withdrawn id={id} day={day} />}
      {asset.error && !asset.data && !isWithdrawn && (
        <FailurePanel title={t('asset.failed')} failure={asset.error} onRetry={() => void asset.refetch()} />
      )}
      {asset.isPending && <Waiting label={t('asset.loading')} />}
      {asset.data && <Loaded asset={asset.data} day={day} />}
    </Page>
  );
}

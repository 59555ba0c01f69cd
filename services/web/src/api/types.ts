/**
 * The shapes of API v1, by hand until the server's OpenAPI document generates them. Then this one file becomes a list
 * of `export type Asset = components['schemas']['Asset']` and nothing else changes.
 *
 * Times are RFC 3339 in UTC, dates `YYYY-MM-DD`, ids UUIDs; account ids are the host's opaque strings.
 */

export type AssetStatus = 'in_stock' | 'checked_out' | 'retired';

export interface Person {
  accountId: string;
  displayName: string | null;
}

export interface Asset {
  id: string;
  tag: string;
  status: AssetStatus;
  holder: Person | null;
  dueOn: string | null;
  attributes: Record<string, string>;
  registeredAt: string;
  updatedAt: string;
  /** Place in the asset's stream; also its ETag. */
  revision: number;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type Permission = 'asset.read' | 'asset.write' | 'import' | 'diagnosis.read';

export interface Me {
  accountId: string;
  displayName: string | null;
  role: 'viewer' | 'agent' | 'admin' | null;
  can: Permission[];
  site: { baseUrl: string; tenantId: string };
  app: { key: string; version: string };
}

export type SortField = 'tag' | 'name' | 'type' | 'location' | 'status' | 'updated_at';

/** What narrows and orders a list; an absent key does not narrow. */
export interface AssetFilter {
  q?: string;
  /** A condition in the language of the register; it may end with an order, over which `sort` wins. */
  query?: string;
  type?: string;
  status?: string;
  holder?: string;
  location?: string;
  /** A time: the register as it was then. */
  asOf?: string;
}

export interface FacetValue {
  value: string;
  count: number;
  displayName?: string | null;
}

export type FacetName = 'status' | 'type' | 'location' | 'holder';

export type Facets = Record<FacetName, FacetValue[]>;

export interface RegisterAsset {
  tag?: string;
  attributes: Record<string, string>;
}

/** `null` removes the attribute. */
export type AttributeChanges = Record<string, string | null>;

export interface EditAsset {
  set: AttributeChanges;
  reason?: string;
}

export interface HandOver {
  to: string;
  dueOn?: string;
  note?: string;
}

export interface CorrectAsset {
  set: AttributeChanges;
  effectiveAt: string;
  reason: string;
}

export interface HistoryChange {
  field: string;
  from: string | null;
  to: string | null;
  /** Of a change of holder: what the two people are called. */
  fromDisplayName?: string | null;
  toDisplayName?: string | null;
}

export interface HistoryEntry {
  revision: number;
  type: string;
  at: string;
  effectiveAt: string | null;
  actor: {
    accountId: string | null;
    displayName: string | null;
    via: 'user' | 'import' | 'platform' | 'app' | 'operator';
  };
  changes: HistoryChange[];
  note: string | null;
  reason: string | null;
  requestId: string | null;
}

export interface PersonHit {
  accountId: string;
  displayName: string;
  avatarUrl: string | null;
}

export type ImportState = 'running' | 'finished' | 'cancelled' | 'failed';

export interface Import {
  id: string;
  fileName: string | null;
  dryRun: boolean;
  state: ImportState;
  startedAt: string;
  finishedAt: string | null;
  startedBy: Person;
  columns: { header: string; field: string }[];
  /** `rows` is the sum of the others. */
  counts: {
    rows: number;
    registered: number;
    registeredWithWarning: number;
    refused: number;
    pending: number;
  };
}

export type Verdict = 'registered' | 'registered_with_warning' | 'refused';

export interface ImportRow {
  /** 1 is the first row below the header. */
  row: number;
  /** Line in the file, counted from 1. */
  line: number;
  verdict: Verdict;
  codes: string[];
  message: string;
  tag: string | null;
  assetId: string | null;
}

export type SecretState = 'current' | 'previous' | 'candidate' | 'superseded';

export interface Secret {
  fingerprint: string;
  state: SecretState;
  since: string;
  acceptedUntil: string | null;
  lastUsedAt: string | null;
  uses: number;
}

export type TenantStatus = 'installed' | 'enabled' | 'disabled' | 'uninstalled';

export interface Installation {
  tenant: {
    id: string;
    clientKey: string;
    baseUrl: string;
    displayUrl: string | null;
    productType: string;
    status: TenantStatus;
    firstInstalledAt: string;
    lastHandshakeAt: string;
    lastPageLoadAt: string | null;
  };
  secrets: Secret[];
}

export interface TimelineEntry {
  position: string;
  at: string;
  type: string;
  summary: string;
  fingerprint: string | null;
  details: Record<string, unknown>;
}

export interface InstallLogEntry {
  at: string;
  callback: string;
  outcome: 'accepted' | 'refused';
  code: string | null;
  cause: string | null;
  remedy: string | null;
  fingerprint: string | null;
  claimedClientKey: string | null;
  requestId: string | null;
  /** How many like it were left out since the one before. */
  suppressedSince: number;
}

export type Likelihood = 'certain' | 'likely' | 'possible' | 'note';

/** Something known to be wrong with the install. */
export interface Finding {
  /** Its stable name in the catalogue of known troubles. */
  entry: string;
  likelihood: Likelihood;
  /** What people see. */
  symptom: string;
  /** What is behind it. */
  cause: string;
  /** The evidence, a sentence each. */
  why: string[];
  /** What a Jira admin does about it. */
  remedy: string;
}

export interface Diagnosis {
  asOf: string;
  /** Since when refused tokens and Jira's answers are known; null when they are not. */
  remembersSince: string | null;
  /** The surest first. */
  findings: Finding[];
}

export type IncidentStage = 'investigating' | 'identified' | 'monitoring';

/** An incident as the people of a site that it hurts are told of it. */
export interface IncidentNotice {
  id: string;
  title: string;
  stage: IncidentStage;
  since: string;
  /** The latest news. */
  message: string;
  updatedAt: string;
}

export interface IncidentNotices {
  /** Newest first. */
  items: IncidentNotice[];
  /** Where everybody can see how Tally does. */
  statusUrl: string;
}

/** RFC 9457 problem details with our code, cause (`detail`) and remedy. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  remedy: string;
  requestId?: string;
  /** The attribute, or `tag`, or the parameter, that the refusal is about. */
  field?: string;
  /** Of a query that is not understood: the wrong part, in characters from its beginning. */
  from?: number;
  to?: number;
  /** What could stand there. */
  expected?: string[];
}

import type { paths } from './openapi';

/*
 * The names that pages use for the bodies in the server's OpenAPI document. Each is taken from the
 * route that answers or accepts it, so that a change of the document that a page does not expect
 * stops the build.
 */

type Method = 'get' | 'post' | 'patch';

type Answer<Path extends keyof paths, M extends Method = 'get'> = paths[Path][M] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

type Item<List extends { items: unknown[] }> = List['items'][number];

type Accepted<Path extends keyof paths, M extends Method = 'post'> = paths[Path][M] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

type Query<Path extends keyof paths> = paths[Path]['get'] extends { parameters: { query?: infer Q } }
  ? NonNullable<Q>
  : never;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type Me = Answer<'/api/v1/me'>;
export type Permission = Me['can'][number];

export type Asset = Answer<'/api/v1/assets/{id}'>;
export type AssetStatus = Asset['status'];
export type Person = NonNullable<Asset['holder']>;
export type AssetFilter = Omit<Query<'/api/v1/assets'>, 'sort' | 'limit' | 'cursor'>;
export type Facets = Omit<Answer<'/api/v1/assets/facets'>, 'uncounted' | 'asOf'> &
  Partial<Pick<Answer<'/api/v1/assets/facets'>, 'uncounted'>>;
/** The name of a filter that the server counts. */
export type FacetName = NonNullable<Query<'/api/v1/assets/facets'>['facet']>;
/** A value and its count; people have a name as well. */
export type FacetValue = Facets['status'][number] &
  Partial<Pick<Facets['holder'][number], 'displayName' | 'number' | 'erased'>>;

/** An attribute that assets of the register can have. */
export type Attribute = Answer<'/api/v1/schema'>['attributes'][number];
export type HistoryEntry = Item<Answer<'/api/v1/assets/{id}/history'>>;
export type HistoryChange = HistoryEntry['changes'][number];

export type RegisterAsset = Accepted<'/api/v1/assets'>;
export type EditAsset = Accepted<'/api/v1/assets/{id}', 'patch'>;
/** The new values by key; `null` removes the attribute. */
export type AttributeChanges = EditAsset['set'];
export type HandOver = Accepted<'/api/v1/assets/{id}/check-out'>;
export type CorrectAsset = Accepted<'/api/v1/assets/{id}/correct'>;

export type PersonFound = Item<Answer<'/api/v1/people'>>;

export type Import = Answer<'/api/v1/imports/{id}'>;
export type ImportColumn = Import['columns'][number];
export type ImportPreview = Answer<'/api/v1/imports/preview', 'post'>;
/** How a file is to be read; what is absent is found by the server. */
export type ImportChoices = NonNullable<paths['/api/v1/imports/preview']['post']['parameters']['query']>;
export type StartImport = NonNullable<paths['/api/v1/imports']['post']['parameters']['query']>;
export type ImportState = Import['state'];
export type ImportRow = Item<Answer<'/api/v1/imports/{id}/rows'>>;
export type Verdict = ImportRow['verdict'];

export type Installation = Answer<'/api/v1/admin/installation'>;
export type TenantStatus = Installation['tenant']['status'];
export type Secret = Installation['secrets'][number];
export type SecretState = Secret['state'];
export type TimelineEntry = Item<Answer<'/api/v1/admin/timeline'>>;
export type InstallLogEntry = Item<Answer<'/api/v1/admin/install-log'>>;
export type Finding = Item<{ items: Answer<'/api/v1/admin/diagnosis'>['findings'] }>;
export type Likelihood = Finding['likelihood'];
export type Reason = Item<{ items: Finding['reasons'] }>;

export type IncidentNotices = Answer<'/api/v1/notices'>;
export type IncidentNotice = Item<IncidentNotices>;
export type IncidentStage = IncidentNotice['stage'];

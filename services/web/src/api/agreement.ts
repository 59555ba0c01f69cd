/**
 * Holds the types that the UI works with against those generated from the server's document: this file stops compiling when the
 * server answers what a page does not expect, or does not take what a page sends.
 */
import type { components } from './openapi';
import type * as ui from './types';

type Server = components['schemas'];

/** What the server answers can be used as the UI's type. */
type Answered<Answer extends Expected, Expected> = [Answer, Expected];
/** What the UI sends can be used as the server's type. */
type Sent<Body extends Taken, Taken> = [Body, Taken];

export type Answers = [
  Answered<Server['Asset'], ui.Asset>,
  Answered<Server['AssetPage'], ui.Page<ui.Asset>>,
  Answered<Server['HistoryEntry'], ui.HistoryEntry>,
  Answered<Server['Import'], ui.Import>,
  Answered<Server['ImportRow'], ui.ImportRow>,
  Answered<Server['Installation'], ui.Installation>,
  Answered<Server['TimelineEntry'], ui.TimelineEntry>,
  Answered<Server['InstallLogEntry'], ui.InstallLogEntry>,
  Answered<Server['Diagnosis'], ui.Diagnosis>,
  Answered<Server['Me'], ui.Me>,
  Answered<Server['Notices'], ui.IncidentNotices>,
  Answered<Server['PersonFound'], ui.PersonHit>,
];

export type Bodies = [
  Sent<ui.RegisterAsset, Server['RegisterAsset']>,
  Sent<ui.EditAsset, Server['EditAsset']>,
  Sent<ui.HandOver, Server['HandOver']>,
  Sent<ui.CorrectAsset, Server['CorrectAsset']>,
];

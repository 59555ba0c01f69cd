import type { AssetStatus } from '../../api/types';

/** Names of the known attributes; any other key is turned into words. */
const LABELS: Record<string, string> = {
  name: 'Name',
  type: 'Type',
  manufacturer: 'Manufacturer',
  model: 'Model',
  serial: 'Serial number',
  location: 'Location',
  status_note: 'Status note',
  purchased_on: 'Purchased on',
  price: 'Price',
  supplier: 'Supplier',
  notes: 'Notes',
  tag: 'Tag',
  holder: 'Holder',
  status: 'Status',
  due_on: 'Due back',
};

/** The order in which an asset's attributes are shown and edited; custom ones follow by name. */
export const KNOWN_ATTRIBUTES = [
  'name',
  'type',
  'manufacturer',
  'model',
  'serial',
  'location',
  'purchased_on',
  'price',
  'supplier',
  'status_note',
  'notes',
] as const;

export const isKnownAttribute = (key: string): boolean =>
  (KNOWN_ATTRIBUTES as readonly string[]).includes(key);

const snake = (key: string) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** `cost_centre` as `Cost centre`; the known ones by their names. */
export function attributeLabel(key: string): string {
  const plain = snake(key.replace(/^attributes?\./, ''));
  const known = LABELS[plain];
  if (known) return known;
  const words = plain.replace(/_/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const STATUS: Record<AssetStatus, string> = {
  in_stock: 'In stock',
  checked_out: 'Checked out',
  retired: 'Retired',
};

export const statusLabel = (status: string): string =>
  STATUS[status as AssetStatus] ?? attributeLabel(status);

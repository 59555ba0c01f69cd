import { useState } from 'react';
import type { Person as PersonFacts } from '../api/types';
import css from './Person.module.css';

const TONES = ['blue', 'teal', 'green', 'purple', 'magenta', 'orange'] as const;

function toneOf(id: string): (typeof TONES)[number] {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return TONES[sum % TONES.length] ?? 'blue';
}

/** The first letters of the first and last name. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => word?.charAt(0) ?? '',
  );
  return letters.join('').toUpperCase() || '?';
}

/** What to call a person whose name Jira does not tell (deactivated, erased, or not yet fetched). */
export function personName(person: PersonFacts): string {
  return person.displayName ?? `Unknown person (…${person.accountId.slice(-6)})`;
}

interface AvatarProps {
  person: PersonFacts;
  imageUrl?: string | null;
  large?: boolean;
}

/** Decorative: the name always stands beside it. */
export function PersonAvatar({ person, imageUrl, large = false }: AvatarProps) {
  const [broken, setBroken] = useState(false);
  const size = large ? css.large : css.small;
  if (imageUrl && !broken) {
    return <img className={`${css.avatar} ${size}`} src={imageUrl} alt="" onError={() => setBroken(true)} />;
  }
  const tone = person.displayName ? toneOf(person.accountId) : 'none';
  return (
    <span className={`${css.avatar} ${size}`} data-tone={tone} aria-hidden="true">
      {person.displayName ? initials(person.displayName) : '?'}
    </span>
  );
}

/** Avatar and name in one line. */
export function PersonChip({ person, imageUrl }: { person: PersonFacts; imageUrl?: string | null }) {
  return (
    <span className={css.chip}>
      <PersonAvatar person={person} imageUrl={imageUrl} />
      <span className={css.name}>{personName(person)}</span>
    </span>
  );
}

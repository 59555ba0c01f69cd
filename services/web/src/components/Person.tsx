import { personName, type Named } from './words';
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

interface AvatarProps {
  person: Named;
  large?: boolean;
}

/**
 * Initials on a colour of the person's own. Decorative: the name always stands beside it. Jira's
 * picture is not shown, since the content policy would have to allow the hosts that serve it.
 */
export function PersonAvatar({ person, large = false }: AvatarProps) {
  const tone = person.displayName ? toneOf(person.accountId ?? person.displayName) : 'none';
  return (
    <span className={`${css.avatar} ${large ? css.large : css.small}`} data-tone={tone} aria-hidden="true">
      {person.displayName ? initials(person.displayName) : '?'}
    </span>
  );
}

/** Avatar and name in one line. */
export function PersonChip({ person }: { person: Named }) {
  return (
    <span className={css.chip}>
      <PersonAvatar person={person} />
      <span className={css.name}>{personName(person)}</span>
    </span>
  );
}

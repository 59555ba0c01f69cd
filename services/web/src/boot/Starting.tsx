import { Waiting } from '../components/Waiting';

/** Shown for at most five seconds, until the first answer or the explanation of its absence. */
export function Starting() {
  return (
    <main>
      <Waiting label="Starting Tally" />
    </main>
  );
}

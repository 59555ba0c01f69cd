import { Waiting } from '../components/Waiting';

/** Shown for at most five seconds, until the first answer or the explanation of its absence. */
export function Starting() {
  return (
    <main>
      <h1 className="visually-hidden">Tally</h1>
      <Waiting label="Starting Tally" />
    </main>
  );
}

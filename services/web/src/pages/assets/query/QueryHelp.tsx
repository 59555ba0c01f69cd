import Button from '@atlaskit/button/new';
import ModalDialog, {
  CloseButton,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalTitle,
  ModalTransition,
} from '@atlaskit/modal-dialog';
import { FIELDS, FUNCTIONS } from './language';
import css from './QueryHelp.module.css';

const EXAMPLES: [string, string][] = [
  ['type = Laptop AND status = in_stock', 'Laptops that nobody has'],
  ['holder = currentUser() ORDER BY name', 'What you have'],
  ['status = checked_out AND due < startOfDay()', 'What should be back by now'],
  ['location in (Berlin, "New York") AND NOT (manufacturer = Apple)', 'By place, without one maker'],
  ['purchased_on < startOfYear(-3y) OR serial is EMPTY', 'Old, or without a serial number'],
  ['anyAttribute like dock AND updated > now(-2w) ORDER BY updated DESC', 'Docks that changed of late'],
];

const OPERATORS: [string, string][] = [
  ['= !=', 'Is the value, in any case; is another one'],
  ['==', 'Is the value to the letter'],
  ['< <= > >=', 'Compares numbers, days or texts'],
  ['in ( … ) / not in ( … )', 'Is one of several, separated by commas'],
  ['like / not like', 'Has the text somewhere in it'],
  ['startsWith / endsWith', 'Begins or ends with the text; with not before it, does not'],
  ['is EMPTY / is not EMPTY', 'Has no value, or has one'],
  ['AND / OR', 'Joins conditions; AND binds closer than OR, parentheses group'],
  ['NOT', 'Everything else, also what has no value'],
  ['ORDER BY', 'At the end: tag, name, type, location, status or updated, then ASC or DESC'],
];

function Table({ title, head, rows }: { title: string; head: [string, string]; rows: [string, string][] }) {
  return (
    <table className={css.table}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{head[0]}</th>
          <th scope="col">{head[1]}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([word, meaning]) => (
          <tr key={word}>
            <td>
              <code>{word}</code>
            </td>
            <td>{meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Props {
  onChoose: (query: string) => void;
  onClose: () => void;
}

/** What can be asked and how, with queries to begin with. */
export default function QueryHelp({ onChoose, onClose }: Props) {
  const choose = (query: string) => {
    onClose();
    onChoose(query);
  };
  const fields = FIELDS.map(({ name, meaning }): [string, string] => [name, meaning]);
  const functions = FUNCTIONS.map(({ name, meaning }): [string, string] => [name, meaning]);
  return (
    <ModalTransition>
      <ModalDialog width="medium" onClose={onClose} shouldScrollInViewport={false}>
        <ModalHeader>
          <ModalTitle>How to ask</ModalTitle>
          <CloseButton onClick={onClose} label="Close" />
        </ModalHeader>
        <ModalBody>
          <p className={css.text}>
            A condition is a field, an operator and a value. Texts with spaces stand in quotes. Choose an
            example to run it:
          </p>
          <ul className={css.examples} aria-label="Examples">
            {EXAMPLES.map(([query, meaning]) => (
              <li key={query}>
                <button type="button" className={css.example} onClick={() => choose(query)}>
                  <code>{query}</code>
                  <span>{meaning}</span>
                </button>
              </li>
            ))}
          </ul>
          <Table
            title="Fields"
            head={['Field', 'What it is']}
            rows={[...fields, ['"Serial Number"', 'Any other attribute, by its name']]}
          />
          <Table title="Operators" head={['Operator', 'What it asks']} rows={OPERATORS} />
          <Table title="Functions" head={['Function', 'What it stands for']} rows={functions} />
          <p className={css.text}>
            A function of time takes an offset: <code>now(-2w)</code> is two weeks ago. The units are{' '}
            <code>y M w d h m</code>. Times are UTC, days are written <code>2026-05-31</code>.
          </p>
        </ModalBody>
        <ModalFooter>
          <Button onClick={onClose}>Close</Button>
        </ModalFooter>
      </ModalDialog>
    </ModalTransition>
  );
}

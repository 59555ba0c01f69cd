import Button from '@atlaskit/button/default/button';
import ModalDialog, {
  CloseButton,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalTitle,
  ModalTransition,
} from '@atlaskit/modal-dialog';
import { Rich } from '../../../components/Rich';
import { t, type MessageId } from '../../../messages';
import { FIELDS, FUNCTIONS } from './language';
import css from './QueryHelp.module.css';

const EXAMPLES = [
  ['type = Laptop AND status = in_stock', 'queryHelp.example.free'],
  ['holder = currentUser() ORDER BY name', 'queryHelp.example.mine'],
  ['status = checked_out AND due < startOfDay()', 'queryHelp.example.overdue'],
  ['location in (Berlin, "New York") AND NOT (manufacturer = Apple)', 'queryHelp.example.location'],
  ['purchased_on < startOfYear(-3y) OR serial is EMPTY', 'queryHelp.example.old'],
  ['anyAttribute like dock AND updated > now(-2w) ORDER BY updated DESC', 'queryHelp.example.recent'],
] as const satisfies [string, MessageId][];

const OPERATORS = [
  ['= !=', 'queryHelp.operator.equal'],
  ['==', 'queryHelp.operator.exact'],
  ['< <= > >=', 'queryHelp.operator.compare'],
  ['in ( … ) / not in ( … )', 'queryHelp.operator.in'],
  ['like / not like', 'queryHelp.operator.like'],
  ['startsWith / endsWith', 'queryHelp.operator.ends'],
  ['is EMPTY / is not EMPTY', 'queryHelp.operator.empty'],
  ['AND / OR', 'queryHelp.operator.join'],
  ['NOT', 'queryHelp.operator.not'],
  ['ORDER BY', 'queryHelp.operator.order'],
] as const satisfies [string, MessageId][];

interface WordsProps {
  title: string;
  word: string;
  meaning: string;
  rows: [word: string, meaning: string][];
}

function Words({ title, word, meaning, rows }: WordsProps) {
  return (
    <table className={css.table}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{word}</th>
          <th scope="col">{meaning}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([one, text]) => (
          <tr key={one}>
            <td>
              <code>{one}</code>
            </td>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Examples({ onChoose }: { onChoose: (query: string) => void }) {
  return (
    <ul className={css.examples} aria-label={t('queryHelp.examples')}>
      {EXAMPLES.map(([query, meaning]) => (
        <li key={query}>
          <button type="button" className={css.example} onClick={() => onChoose(query)}>
            <code>{query}</code>
            <span>{t(meaning)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Reference() {
  const fields = FIELDS.map(({ name, meaning }): [string, string] => [name, t(meaning)]);
  const meaning = t('queryHelp.meaning');
  return (
    <>
      <Words
        title={t('queryHelp.fields')}
        word={t('queryHelp.field')}
        meaning={meaning}
        rows={[...fields, ['"Serial Number"', t('queryHelp.otherField')]]}
      />
      <Words
        title={t('queryHelp.operators')}
        word={t('queryHelp.operator')}
        meaning={meaning}
        rows={OPERATORS.map(([word, text]) => [word, t(text)])}
      />
      <Words
        title={t('queryHelp.functions')}
        word={t('queryHelp.function')}
        meaning={meaning}
        rows={FUNCTIONS.map(({ name, meaning: text }) => [name, t(text)])}
      />
    </>
  );
}

interface Props {
  onChoose: (query: string) => void;
  onClose: () => void;
}

/** The query language in short, with queries to start from. */
export default function QueryHelp({ onChoose, onClose }: Props) {
  const choose = (query: string) => {
    onClose();
    onChoose(query);
  };
  return (
    <ModalTransition>
      <ModalDialog width="medium" onClose={onClose} shouldScrollInViewport={false}>
        <ModalHeader>
          <ModalTitle>{t('queryHelp.title')}</ModalTitle>
          <CloseButton onClick={onClose} label={t('common.close')} />
        </ModalHeader>
        <ModalBody>
          <p className={css.text}>{t('queryHelp.intro')}</p>
          <Examples onChoose={choose} />
          <Reference />
          <p className={css.text}>
            <Rich id="queryHelp.time" />
          </p>
        </ModalBody>
        <ModalFooter>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </ModalFooter>
      </ModalDialog>
    </ModalTransition>
  );
}

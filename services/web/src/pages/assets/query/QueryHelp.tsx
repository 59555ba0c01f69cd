import Button from '@atlaskit/button/default/button';
import ModalDialog, {
  CloseButton,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalTitle,
  ModalTransition,
} from '@atlaskit/modal-dialog';
import type { Attribute } from '../../../api/model';
import { useSchema, type Schema } from '../../../api/schema';
import { Rich } from '../../../components/Rich';
import { attributeLabel } from '../../../components/words';
import { findText, t, type MessageId } from '../../../messages';
import { formatList } from '../../../messages/format';
import { FUNCTIONS, OWN_FIELDS, OWN_ORDERS, quoteName } from './language';
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
] as const satisfies [string, MessageId][];

type Row = [word: string, meaning: string];

interface WordsProps {
  title: string;
  word: string;
  meaning: string;
  rows: Row[];
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

const attributeRow = (attribute: Attribute): Row => [
  attribute.key,
  findText(`queryHelp.field.${attribute.key}`) ?? attributeLabel(attribute),
];

/** Every field; of the attributes that the register added, one stands for all. */
function fieldRows(schema: Schema): Row[] {
  const own = OWN_FIELDS.map(({ name, meaning }): Row => [name, t(meaning)]);
  const example = quoteName(schema.free[0]?.name ?? t('queryHelp.otherFieldName'));
  return [...schema.builtIn.map(attributeRow), ...own, [example, t('queryHelp.otherField')]];
}

function operatorRows(schema: Schema): Row[] {
  const fields = formatList([...schema.sortable.map(({ key }) => key), ...OWN_ORDERS], 'disjunction');
  const operators = OPERATORS.map(([word, text]): Row => [word, t(text)]);
  return [...operators, ['ORDER BY', t('queryHelp.operator.order', { fields })]];
}

function Reference() {
  const { schema } = useSchema();
  const meaning = t('queryHelp.meaning');
  return (
    <>
      <Words
        title={t('queryHelp.fields')}
        word={t('queryHelp.field')}
        meaning={meaning}
        rows={fieldRows(schema)}
      />
      <Words
        title={t('queryHelp.operators')}
        word={t('queryHelp.operator')}
        meaning={meaning}
        rows={operatorRows(schema)}
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

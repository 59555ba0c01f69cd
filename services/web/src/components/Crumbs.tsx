import Breadcrumbs, { BreadcrumbsItem } from '@atlaskit/breadcrumbs';
import { t } from '../messages';

export interface Crumb {
  text: string;
  /** The hash of the view; none for the page itself. */
  href?: string;
}

/** The way back to the pages above this one. */
export function Crumbs({ items }: { items: Crumb[] }) {
  return (
    <Breadcrumbs label={t('common.breadcrumbs')} ellipsisLabel={t('common.moreBreadcrumbs')}>
      {items.map(({ text, href }) => (
        <BreadcrumbsItem key={text} href={href} text={text} />
      ))}
    </Breadcrumbs>
  );
}

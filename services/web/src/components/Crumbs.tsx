import Breadcrumbs, { BreadcrumbsItem } from '@atlaskit/breadcrumbs';
import { hostHref } from '../host/address';
import { t } from '../messages';
import { followLink } from './AppLink';

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
        <BreadcrumbsItem
          key={text}
          href={href && hostHref(href)}
          onClick={(event) => href && followLink(event, href)}
          text={text}
        />
      ))}
    </Breadcrumbs>
  );
}

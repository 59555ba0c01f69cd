import { AutoDismissFlag, FlagGroup } from '@atlaskit/flag';
import SuccessIcon from '@atlaskit/icon/core/status-success';
import type { MouseEvent } from 'react';
import { hostHref } from '../host/address';
import { t } from '../messages';
import { followLink } from './AppLink';
import { dismissNotice, type Notice } from './notice';

function actionsOf({ href, linkText }: Notice) {
  if (!href) return [];
  const onClick = (event: MouseEvent) => followLink(event, href);
  return [{ content: linkText ?? t('notice.open'), href: hostHref(href), onClick }];
}

export default function NoticeFlags({ notices }: { notices: Notice[] }) {
  return (
    <FlagGroup onDismissed={(id) => dismissNotice(Number(id))} label={t('notice.region')}>
      {notices.map((notice) => (
        <AutoDismissFlag
          key={notice.id}
          id={notice.id}
          title={notice.title}
          description={notice.detail}
          icon={<SuccessIcon label={t('notice.success')} color="var(--ds-icon-success)" />}
          actions={actionsOf(notice)}
        />
      ))}
    </FlagGroup>
  );
}

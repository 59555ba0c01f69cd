import { AutoDismissFlag, FlagGroup } from '@atlaskit/flag';
import SuccessIcon from '@atlaskit/icon/core/status-success';
import { t } from '../messages';
import { dismissNotice, type Notice } from './notice';

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
          actions={notice.href ? [{ content: notice.linkText ?? t('notice.open'), href: notice.href }] : []}
        />
      ))}
    </FlagGroup>
  );
}

import { AutoDismissFlag, FlagGroup } from '@atlaskit/flag';
import SuccessIcon from '@atlaskit/icon/core/status-success';
import { dismissNotice, type Notice } from './notice';

export default function NoticeFlags({ notices }: { notices: Notice[] }) {
  return (
    <FlagGroup onDismissed={(id) => dismissNotice(Number(id))} label="Messages">
      {notices.map((notice) => (
        <AutoDismissFlag
          key={notice.id}
          id={notice.id}
          title={notice.title}
          description={notice.detail}
          icon={<SuccessIcon label="Success" color="var(--ds-icon-success)" />}
          actions={notice.href ? [{ content: notice.linkText ?? 'Open', href: notice.href }] : []}
        />
      ))}
    </FlagGroup>
  );
}

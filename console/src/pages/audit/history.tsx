// The last writes about one thing, where this session may read the audit.
import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { AuditRecord } from '../../api/types';
import { to } from '../../app/router';
import { t } from '../../text';
import { Panel } from '../../ui/kit';
import { Records } from './record';

export function History({ subject = '', title = t('audit.history'), count = 8 }: { subject?: string; title?: string; count?: number }) {
  const members = { ...(subject ? { Subject: subject } : {}), Kind: 'write', PageSize: count };
  const read = useRead<{ AuditList: AuditRecord[] }>('ListAudit', mayCall('ListAudit') ? members : null);
  if (!mayCall('ListAudit') || !read.data || read.data.AuditList.length === 0) return null;
  return (
    <Panel title={title}>
      <Records records={read.data.AuditList} />
      <p className="lc-quiet"><a href={to(['audit'], { subject })}>{t('audit.all')}</a></p>
    </Panel>
  );
}

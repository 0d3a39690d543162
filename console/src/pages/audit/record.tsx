import { session } from '../../api/session';
import type { AuditRecord } from '../../api/types';
import { isKey, t } from '../../text';
import { Tag, When } from '../../ui/kit';
import { toTime } from '../../text/when';
import { placeOf } from './model';

export function Did({ action }: { action: string }) {
  const key = `did.${action}`;
  return <span title={action}>{isKey(key) ? t(key) : <code translate="no">{action}</code>}</span>;
}

// A write as it is; anything else with its kind and what it tells.
export function What({ record }: { record: AuditRecord }) {
  const key = `audit.kind.${record.Kind}`;
  if (record.Kind === 'write' || !isKey(key)) return <Did action={record.Action} />;
  return <><Tag>{t(key)}</Tag> <Did action={record.Action} /> <span className="lc-quiet lc-breaks" translate="no">{record.Detail}</span></>;
}

export function Subject({ record }: { record: AuditRecord }) {
  const place = placeOf(record);
  const isLong = /^AK\w{20,}$/.test(record.Subject);
  const text = /^[0-9a-f]{32}$/.test(record.Subject) ? record.Subject.slice(0, 8) : isLong ? `${record.Subject.slice(0, 12)}…` : record.Subject;
  return place ? <a href={place} translate="no" title={record.Subject}>{text}</a> : <span translate="no" className="lc-breaks" title={record.Subject}>{text}</span>;
}

export const Who = ({ record: { AccessKeyId: id } }: { record: AuditRecord }) => (
  <span className="lc-whole"><span translate="no" title={id}>{id.length > 16 ? `${id.slice(0, 12)}…` : id || 'livecert'}</span>{id === session()?.AccessKeyId && <> <Tag color="blue">{t('you')}</Tag></>}</span>
);

// The last writes about one thing, or about all.
export function Records({ records }: { records: AuditRecord[] }) {
  return (
    <ul className="lc-rows lc-records">
      {records.map((record) => (
        <li key={record.Position}>
          <div>
            <p><Did action={record.Action} /> <Subject record={record} /></p>
            <p className="lc-quiet"><When at={toTime(record.Time)} /> · <Who record={record} /> · <span translate="no">{record.PeerAddress}</span></p>
          </div>
        </li>
      ))}
    </ul>
  );
}

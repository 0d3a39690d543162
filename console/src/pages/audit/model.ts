// Which records the page asks for, and what each says. Pure, and tested without a browser.
import type { AuditRecord } from '../../api/types';
import { line } from '../../api/shell';
import { to } from '../../app/router';

export const filters = ['kind', 'action', 'subject', 'key', 'address', 'since'] as const;
export const size = 100;
const hour = 3_600;
const spans: Record<string, number> = { '1d': 24 * hour, '7d': 7 * 24 * hour, '30d': 30 * 24 * hour };

// `now` in milliseconds. The beginning is a whole hour, so that the same question is not another one each second.
export function membersOf(query: URLSearchParams, now: number): Record<string, string | number> {
  const text = (name: string) => query.get(name)?.trim() ?? '';
  const before = Math.floor(Number(query.get('before') ?? 0));
  const span = spans[text('since')];
  return {
    ...(text('kind') ? { Kind: text('kind') } : {}), ...(text('action') ? { ActionName: text('action') } : {}), ...(text('subject') ? { Subject: text('subject') } : {}),
    ...(text('key') ? { AccessKeyId: text('key') } : {}), ...(text('address') ? { PeerAddress: text('address') } : {}),
    ...(span ? { From: (Math.floor(now / 1000 / hour) + 1) * hour - span } : {}), ...(before > 0 ? { Before: before } : {}), PageSize: size,
  };
}

export function commandOf(query: URLSearchParams): string {
  const named = filters.flatMap((name) => {
    const value = query.get(name)?.trim();
    return value ? [`--${name}`, value] : [];
  });
  return line('livecert', 'audit', 'list', ...named);
}

// Where the thing that was changed is shown; undefined: nowhere.
export function placeOf({ Subject: subject, Action: action }: AuditRecord): string | undefined {
  if (/^[0-9a-f]{32}$/.test(subject)) return to(['certificates', subject]);
  if (/Edge$/.test(action)) return to(['edges']);
  if (/Account/.test(action) && /^\d+$/.test(subject)) return to(['accounts', subject]);
  return subject.includes('.') && !subject.includes('/') ? to(['domains', subject]) : undefined;
}

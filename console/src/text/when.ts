// Times for people, by the server's clock.
import { serverNow } from '../api/clock';
import { locale, t } from './index';

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

export const toTime = (text: string): number => Date.parse(text);

export const dateOf = (time: number): string =>
  new Intl.DateTimeFormat(locale(), { year: 'numeric', month: 'short', day: 'numeric' }).format(time);
export const shortDate = (time: number): string =>
  new Intl.DateTimeFormat(locale(), { month: 'short', day: 'numeric' }).format(time);
export const momentOf = (time: number): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(time);
export const exact = (time: number): string =>
  `${new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'long' }).format(time)} · ${new Date(time).toISOString()}`;

// "12 min ago" up to two days, then the date.
export function ago(time: number): string {
  const past = serverNow() - time;
  if (past < minute) return t('ago.seconds', { n: Math.max(0, Math.round(past / 1_000)) });
  if (past < hour) return t('ago.minutes', { n: Math.round(past / minute) });
  if (past < 2 * day) return t('ago.hours', { n: Math.round(past / hour) });
  return dateOf(time);
}

// What is left until then: days rounded down, hours below three days.
export function left(time: number): string {
  const rest = time - serverNow();
  if (rest <= 0) return t('left.ended');
  if (rest < 3 * day) return t('left.hours', { n: Math.floor(rest / hour) });
  return t('left.days', { n: Math.floor(rest / day) });
}

// The part of its lifetime that a certificate still has, from 0 to 1.
export function fractionLeft(notBefore: string, notAfter: string): number {
  const [from, to] = [toTime(notBefore), toTime(notAfter)];
  return Math.min(1, Math.max(0, (to - serverNow()) / (to - from)));
}

import { t } from '../text';
import { dateOf, fractionLeft, left, toTime } from '../text/when';
import { When } from './kit';

// How much of its lifetime a certificate has left: days alone say little, since some live 6 days and others 398.
export function Lifetime({ notBefore, notAfter }: { notBefore: string; notAfter: string }) {
  const part = fractionLeft(notBefore, notAfter);
  const end = toTime(notAfter);
  const tone = part === 0 ? 'failing' : part < 1 / 6 ? 'soon' : 'shown';
  return (
    <span className="lc-lifetime">
      <svg width="56" height="8" aria-hidden="true" className={`lc-mark-${tone}`}>
        <rect width="56" height="8" rx="4" className="lc-track" />
        <rect width={Math.max(part * 56, part > 0 ? 4 : 0)} height="8" rx="4" className="lc-fill" />
      </svg>
      <span><When at={end}>{left(end)}</When> <span className="lc-quiet">{t('lifetime', { percent: Math.floor(part * 100), date: dateOf(end) })}</span></span>
    </span>
  );
}

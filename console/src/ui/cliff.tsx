// How many domains keep a valid certificate if nobody does anything. Drawn in pixels of the page, so that its words stay
// readable on a phone.
import { useLayoutEffect, useRef, useState } from 'react';
import { t } from '../text';
import { shortDate } from '../text/when';

export interface Step {
  at: number;
  lost: number;
  name: string; // of the certificate that ends, with the most domains
}

export interface Curve {
  total: number;
  from: number;
  to: number;
  steps: Step[];
}

const height = 190;
const inset = { left: 34, right: 10, top: 10, bottom: 24 };

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const watch = new ResizeObserver(() => setWidth(box.clientWidth));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  return { ref, width };
}

function pathOf(curve: Curve, x: (at: number) => number, y: (count: number) => number): string {
  let count = curve.total;
  let path = `M${x(curve.from)} ${y(count)}`;
  for (const { at, lost } of curve.steps) {
    path += `H${x(at)}`;
    count -= lost;
    path += `V${y(count)}`;
  }
  return `${path}H${x(curve.to)}`;
}

function Drawing({ curve, width }: { curve: Curve; width: number }) {
  const x = (at: number) => inset.left + ((at - curve.from) / (curve.to - curve.from)) * (width - inset.left - inset.right);
  const y = (count: number) => inset.top + (1 - count / Math.max(curve.total, 1)) * (height - inset.top - inset.bottom);
  const line = pathOf(curve, x, y);
  const largest = curve.steps.reduce<Step | undefined>((best, step) => (!best || step.lost > best.lost ? step : best), undefined);
  const before = curve.steps.filter(({ at }) => largest && at < largest.at).reduce((sum, { lost }) => sum + lost, 0);
  const middle = curve.from + (curve.to - curve.from) / 2;
  const isRight = largest ? x(largest.at) > width / 2 : false;
  return (
    <svg width={width} height={height} aria-hidden="true" className="lc-cliff-picture">
      {[0, curve.total].map((count) => (
        <g key={count}>
          <line x1={inset.left} x2={width - inset.right} y1={y(count)} y2={y(count)} className="lc-grid" />
          <text x={inset.left - 6} y={y(count) + 4} textAnchor="end">{count}</text>
        </g>
      ))}
      <path d={`${line}V${y(0)}H${x(curve.from)}Z`} className="lc-area" />
      <path d={line} className="lc-line" />
      {[curve.from, middle, curve.to].map((at, i) => (
        <text key={at} x={x(at)} y={height - 6} textAnchor={i === 0 ? 'start' : i === 1 ? 'middle' : 'end'}>
          {i === 0 ? t('cliff.today') : shortDate(at)}
        </text>
      ))}
      {largest && <circle cx={x(largest.at)} cy={y(curve.total - before)} r="4" className="lc-cliff-edge" />}
      {largest && (
        <text x={x(largest.at) + (isRight ? -8 : 8)} y={height - inset.bottom - 12} textAnchor={isRight ? 'end' : 'start'} className="lc-annotation">
          {t('cliff.step', { date: shortDate(largest.at), n: largest.lost, name: largest.name })}
        </text>
      )}
    </svg>
  );
}

export function Cliff({ curve }: { curve: Curve }) {
  const { ref, width } = useWidth();
  return (
    <div className="lc-cliff" ref={ref}>
      {width > 0 && <Drawing curve={curve} width={width} />}
      <table className="lc-hidden">
        <caption>{t('cliff.title')}</caption>
        <tbody>
          {curve.steps.map(({ at, lost, name }) => (
            <tr key={`${at} ${name}`}><th scope="row">{shortDate(at)}</th><td>{t('cliff.step', { date: shortDate(at), n: lost, name })}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

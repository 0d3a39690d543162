// How far a version is on its way to one domain at one edge: wanted, written, received, shown.
import type { Delivery } from '../api/types';
import { t } from '../text';
import { type Mark, Shape } from './state';

const steps = ['WantedAt', 'WrittenAt', 'AcknowledgedAt', 'ProvedAt'] as const;

function markOf(delivery: Delivery, step: (typeof steps)[number], before: boolean): Mark {
  if (delivery[step]) return 'shown';
  if (delivery.State === 'failing' && before) return 'failing';
  return before ? 'going' : 'nothing';
}

export function Steps({ delivery }: { delivery: Delivery }) {
  const isProvable = delivery.State !== 'acknowledged';
  const names = { WantedAt: t('step.wanted'), WrittenAt: t('step.written'), AcknowledgedAt: t('step.received'), ProvedAt: t('step.shown') };
  return (
    <div className="lc-steps">
      <p><strong translate="no">{delivery.Domain}</strong> <span className="lc-quiet" translate="no">{delivery.Edge}</span></p>
      <ol>
        {steps.filter((step) => isProvable || step !== 'ProvedAt').map((step, i) => {
          const previous = steps[i - 1];
          const mark = markOf(delivery, step, previous === undefined || !!delivery[previous]);
          const begun = Date.parse(delivery.WantedAt);
          const took = delivery[step] && i > 0 ? Math.max(0, Date.parse(delivery[step]) - begun) : undefined;
          return (
            <li key={step} className={`lc-step-${mark}`}>
              <Shape mark={mark} /> <span>{names[step]}{took === undefined ? '' : ` ${took} ms`}</span>
            </li>
          );
        })}
      </ol>
      {delivery.State === 'acknowledged' && <p className="lc-quiet">{t('step.notLooked')}</p>}
      {delivery.Failure && <p><Shape mark="failing" /> {delivery.Failure}</p>}
    </div>
  );
}

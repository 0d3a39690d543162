// "Look again now": the service shakes hands with each edge for the domain at once, and the page reads on until it has.
import { useEffect, useState } from 'react';
import { call } from '../api/call';
import { serverNow } from '../api/clock';
import { mayCall } from '../api/session';
import type { Domain } from '../api/types';
import { t } from '../text';
import { toTime } from '../text/when';
import { Button } from './kit';
import { useWrite } from './write';

const patience = 15_000;

export interface Looking {
  isOn: boolean;
  since: number; // by the server's clock; 0: nobody asked
  begin: () => Promise<void>;
}

export function useLooking(domain: string): Looking {
  const [since, setSince] = useState(0);
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setTimeout(() => setOn(false), patience);
    return () => clearTimeout(timer);
  }, [isOn, since]);
  const begin = async () => {
    const asked = serverNow();
    await call('CheckDelivery', { Domain: domain });
    setSince(asked);
    setOn(true);
  };
  return { isOn, since, begin };
}

// Whether each edge was seen since then. The server's clock is known to half a second.
export const wasSeen = ({ Edges }: Domain, since: number): boolean =>
  Edges.length > 0 && Edges.every(({ LastSeen, NextTry, FailingSince }) => Math.max(toTime(LastSeen) || 0, FailingSince ? toTime(NextTry) || 0 : 0) >= since - 1_000);

export function LookAgain({ looking, domain, variant = 'secondary' }: { looking: Looking; domain: Domain | undefined; variant?: 'primary' | 'secondary' }) {
  const write = useWrite();
  if (!mayCall('CheckDelivery') || !domain || domain.Edges.length === 0) return null;
  const isDone = looking.since > 0 && wasSeen(domain, looking.since);
  const press = () => write.run(async () => {
    await looking.begin();
    return undefined;
  });
  return (
    <span className="lc-look">
      <Button variant={variant} isDisabled={write.isBusy || (looking.isOn && !isDone)} onClick={press}>{t('look.now')}</Button>
      <span className="lc-quiet" role="status">{looking.since === 0 ? '' : isDone ? t('look.done') : looking.isOn ? t('look.going') : t('look.late')}</span>
    </span>
  );
}

import { useState } from 'react';
import { type Former, restore } from '../../api/bindings';
import { call } from '../../api/call';
import { refreshAll, useRead } from '../../api/read';
import type { DeliveryList } from '../../api/types';
import { to } from '../../app/router';
import { t } from '../../text';
import { Button, Failed, Panel } from '../../ui/kit';
import { State } from '../../ui/state';
import { Steps } from '../../ui/steps';
import { useWrite } from '../../ui/write';

export interface Sent {
  chain: string;
  isUpdate: boolean;
  former: string; // the version before; empty: there was none
  before: Former[]; // what each domain that was bound used before
}

async function undo({ chain, isUpdate, former, before }: Sent): Promise<void> {
  if (isUpdate) await call('RollbackCert', { ChainID: chain, ...(former ? { CertID: former } : {}) });
  for (const domain of before) await restore(domain);
}

export function Outcome({ sent, again }: { sent: Sent; again: () => void }) {
  const delivery = useRead<DeliveryList>('DescribeDelivery', { ChainID: sent.chain }, 700);
  const [isUndone, setUndone] = useState(false);
  const write = useWrite();
  const list = (delivery.data?.DeliveryList ?? []).filter(({ Expected }) => Expected);
  const isShown = list.length > 0 && list.every(({ State: state }) => state === 'proved' || state === 'acknowledged');
  const canUndo = !isUndone && (sent.isUpdate || sent.before.length > 0);
  return (
    <>
      <h1>{isUndone ? t('undone') : isShown ? t('sent.shown') : t('sent.stored')}</h1>
      <div className="lc-actions">
        <a className="lc-button lc-primary" href={to(['certificates', sent.chain])}>{t('sent.open')}</a>
        <Button variant="secondary" onClick={() => { refreshAll(); again(); }}>{t('sent.again')}</Button>
        {canUndo && <Button variant="secondary" isDisabled={write.isBusy} onClick={() => write.run(async () => {
          await undo(sent);
          setUndone(true);
          return { text: t('undone') };
        })}>{t('undo')}</Button>}
      </div>
      {write.outcome}
      <Panel title={t('delivery')}>
        <div aria-live="polite">
          {delivery.problem && <Failed problem={delivery.problem} />}
          {delivery.data && list.length === 0 && <State mark="nothing">{t('delivery.nowhere')}</State>}
          {list.map((item) => <Steps key={`${item.Domain} ${item.Edge}`} delivery={item} />)}
        </div>
      </Panel>
      <p className="lc-quiet">{t('sent.close')}</p>
    </>
  );
}

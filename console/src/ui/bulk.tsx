// A change of many things: what it will do, then how far it is, then what failed; with Undo where that is possible.
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal/index.js';
import { type ReactNode, useRef, useState } from 'react';
import { batch, type Outcome } from '../api/batch';
import { refreshAll } from '../api/read';
import { t } from '../text';
import { AsCommand } from './command';
import { Button } from './kit';
import { Shape } from './state';

export interface Task<Item> {
  title: string;
  button: string;
  items: Item[];
  nameOf: (item: Item) => string;
  change: (item: Item) => Promise<unknown>;
  undo?: (item: Item) => Promise<unknown>;
  typed?: string; // to be typed first, because nothing brings it back
  isDanger?: boolean;
  lines: string[]; // the same on the command line
}

interface Props<Item> {
  task: Task<Item>;
  children: ReactNode; // the plan
  onClose: () => void;
}

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

function useBatch<Item>() {
  const [outcome, setOutcome] = useState<Outcome<Item>>();
  const [isRunning, setRunning] = useState(false);
  const stop = useRef(false);
  const run = async (items: Item[], change: (item: Item) => Promise<unknown>, before?: Outcome<Item>) => {
    stop.current = false;
    setRunning(true);
    const tell = (next: Outcome<Item>) => setOutcome({ ...next, done: [...(before?.done ?? []), ...next.done] });
    tell({ done: [], failed: [], left: items });
    tell(await batch(items, change, { tell, isStopped: () => stop.current, wait }));
    setRunning(false);
    setTimeout(refreshAll); // a page that was left meanwhile asks nothing any more
  };
  return { outcome, isRunning, run, stop: () => { stop.current = true; } };
}

function Failures<Item>({ outcome, nameOf }: { outcome: Outcome<Item>; nameOf: (item: Item) => string }) {
  if (outcome.failed.length === 0) return null;
  return (
    <ul className="lc-findings">
      {outcome.failed.slice(0, 20).map(({ item, problem }) => (
        <li key={nameOf(item)}>
          <Shape mark="failing" />
          <div><strong translate="no">{nameOf(item)}</strong> {problem.code === 'NoAnswer' ? t('problem.noAnswer') : problem.message}</div>
        </li>
      ))}
      {outcome.failed.length > 20 && <li>{t('list.first', { k: 20, n: outcome.failed.length })}</li>}
    </ul>
  );
}

export function BulkDialog<Item>({ task, children, onClose }: Props<Item>) {
  const { outcome, isRunning, run, stop } = useBatch<Item>();
  const [typed, setTyped] = useState('');
  const [isUndone, setUndone] = useState(false);
  const { title, button, items, nameOf, change, undo, isDanger } = task;
  const again = outcome ? [...outcome.failed.map(({ item }) => item), ...outcome.left] : [];
  const close = () => {
    stop();
    onClose();
  };
  return (
    <Modal isOpen variant="medium" onEscapePress={close} aria-labelledby="lc-bulk">
      <ModalHeader title={title} labelId="lc-bulk" {...(isDanger ? { titleIconVariant: 'warning' as const, titleScreenReaderText: `${t('note.warning')}:` } : {})} />
      <ModalBody tabIndex={0} aria-label={title}>
        <div className="lc-plan">
          {!outcome && children}
          {!outcome && items.length > 0 && task.typed && (
            <div className="lc-form">
              <label htmlFor="lc-confirm-name">{t('confirm.type')} <strong translate="no">{task.typed}</strong></label>
              <input id="lc-confirm-name" value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
            </div>
          )}
          <div role="status">
            {outcome && <p>{isUndone ? t('bulk.undone', { k: outcome.done.length }) : t('bulk.done', { k: outcome.done.length, n: outcome.done.length + again.length })}</p>}
            {outcome && <Failures outcome={outcome} nameOf={nameOf} />}
          </div>
          {!outcome && items.length > 0 && <AsCommand lines={task.lines} />}
        </div>
      </ModalBody>
      <ModalFooter>
        {!outcome && <Button variant={isDanger ? 'danger' : 'primary'} isDisabled={items.length === 0 || (!!task.typed && typed !== task.typed)} onClick={() => void run(items, change)}>{button}</Button>}
        {isRunning && <Button variant="secondary" onClick={stop}>{t('bulk.stop')}</Button>}
        {outcome && !isRunning && !isUndone && again.length > 0 && <Button variant="secondary" onClick={() => void run(again, change, outcome)}>{t('bulk.again', { n: again.length })}</Button>}
        {outcome && !isRunning && !isUndone && undo && outcome.done.length > 0 && (
          <Button variant="secondary" onClick={() => { setUndone(true); void run(outcome.done, undo); }}>{t('undo')}</Button>
        )}
        <Button variant="link" onClick={close}>{outcome ? t('close') : t('cancel')}</Button>
      </ModalFooter>
    </Modal>
  );
}

// Buttons that change something: what went wrong stands beside them, what was done can be undone.
import { type ReactNode, useState } from 'react';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal/index.js';
import { Problem } from '../api/call';
import { refreshAll } from '../api/read';
import { t } from '../text';
import { Button, Failed } from './kit';

export interface Done {
  text: string;
  undo?: () => Promise<unknown>;
}

export interface Writing {
  run: (work: () => Promise<Done | undefined>) => void;
  isBusy: boolean;
  outcome: ReactNode;
}

export function useWrite(): Writing {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState<Done>();
  const run = (work: () => Promise<Done | undefined>) => {
    setBusy(true);
    setProblem(undefined);
    setDone(undefined);
    work()
      .then(setDone, (error: unknown) => setProblem(error instanceof Problem ? error : new Problem('NoAnswer', '')))
      .finally(() => {
        setBusy(false);
        setTimeout(refreshAll); // a page that was left meanwhile asks nothing any more
      });
  };
  const { undo } = done ?? {};
  const outcome = (
    <div className="lc-outcome" role="status">
      {problem && <Failed problem={problem} />}
      {done && (
        <p>
          {done.text}{' '}
          {undo && <Button variant="link" isInline onClick={() => run(async () => {
            await undo();
            return { text: t('undone') };
          })}>{t('undo')}</Button>}
        </p>
      )}
    </div>
  );
  return { run, isBusy, outcome };
}

interface ConfirmProps {
  title: string;
  button: string;
  name: string; // to be typed
  children: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}

// Only for what nothing brings back: says what stops working, and wants the name typed.
export function Confirm({ title, button, name, children, onConfirm, onClose }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  return (
    <Modal isOpen variant="small" onEscapePress={onClose} aria-labelledby="lc-confirm">
      <ModalHeader title={title} labelId="lc-confirm" titleIconVariant="warning" titleScreenReaderText={`${t('note.warning')}:`} />
      <ModalBody>
        {children}
        <label htmlFor="lc-confirm-name">{t('confirm.type')} <strong translate="no">{name}</strong></label>
        <input id="lc-confirm-name" value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isDisabled={typed !== name} onClick={onConfirm}>{button}</Button>
        <Button variant="link" onClick={onClose}>{t('cancel')}</Button>
      </ModalFooter>
    </Modal>
  );
}

// PatternFly's components as the pages use them: each import by folder, each English default replaced.
import { Alert } from '@patternfly/react-core/dist/esm/components/Alert/index.js';
import { Button } from '@patternfly/react-core/dist/esm/components/Button/index.js';
import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core/dist/esm/components/Card/index.js';
import { Label } from '@patternfly/react-core/dist/esm/components/Label/index.js';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton/index.js';
import { type ReactNode, useEffect, useState } from 'react';
import type { Problem } from '../api/call';
import { t } from '../text';
import { ago, exact } from '../text/when';

export { Button };
export type Kind = 'success' | 'warning' | 'danger' | 'info';

interface NoteProps {
  kind: Kind;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Note({ kind, title, children, actions }: NoteProps) {
  const names = { success: t('note.success'), warning: t('note.warning'), danger: t('note.danger'), info: t('note.info') };
  return (
    <Alert variant={kind} isInline title={title} variantLabel={`${names[kind]}:`} component="h2" actionLinks={actions}>
      {children}
    </Alert>
  );
}

interface PanelProps {
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Panel({ title, actions, children, className = '' }: PanelProps) {
  return (
    <Card component="section" className={`lc-panel ${className}`}>
      <CardHeader {...(actions ? { actions: { actions, hasNoOffset: true } } : {})}>
        <CardTitle component="h2">{title}</CardTitle>
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}

export const Tag = ({ children, color = 'grey' }: { children: ReactNode; color?: 'grey' | 'blue' | 'green' | 'orange' | 'red' }) => (
  <Label isCompact color={color} variant="outline">{children}</Label>
);

// Nothing for the first 200 ms; then something of the final size.
export function Waiting({ rows = 3 }: { rows?: number }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return <div className="lc-waiting" />;
  return (
    <div className="lc-waiting" role="status">
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} screenreaderText={i === 0 ? t('waiting') : ''} height="1.5rem" />)}
    </div>
  );
}

// Why something is not here. The server's own sentence is English, and marked so.
export function Failed({ problem, at = 0 }: { problem: Problem; at?: number }) {
  const title = problem.code === 'NoAnswer' ? t('problem.noAnswer') : t('problem.refused', { code: problem.code });
  return (
    <Note kind={problem.code === 'NoAnswer' ? 'warning' : 'danger'} title={title}>
      {problem.message && <p>{problem.message}</p>}
      {at > 0 && <p>{t('problem.asOf', { when: ago(at) })}</p>}
      {problem.requestId && <p>{t('problem.requestId')} <Code text={problem.requestId} /></p>}
    </Note>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isDone, setDone] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setDone(true);
      setTimeout(() => setDone(false), 2_000);
    });
  };
  return (
    <button type="button" className="lc-copy" onClick={copy} aria-label={isDone ? t('copied') : label} title={isDone ? t('copied') : label}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" className="lc-copy-picture">
        {isDone ? <path d="M3 8.4l3.2 3.2L13 4.6" /> : <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />}
      </svg>
    </button>
  );
}

export const Code = ({ text, short = 0 }: { text: string; short?: number }) => (
  <span className="lc-code">
    <code translate="no" title={text}>{short && text.length > short ? `${text.slice(0, short)}…` : text}</code>
    <CopyButton text={text} label={t('copy.what', { what: text.slice(0, 60) })} />
  </span>
);

export function When({ at, children }: { at: number; children?: ReactNode }) {
  if (Number.isNaN(at)) return <span>–</span>;
  return <time dateTime={new Date(at).toISOString()} title={exact(at)}>{children ?? ago(at)}</time>;
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="lc-empty">
      <p className="lc-empty-title">{title}</p>
      {children}
    </div>
  );
}

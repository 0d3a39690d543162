// Who is told when a domain will have no valid certificate, and whether the messages arrive.
import { useState } from 'react';
import { call } from '../../api/call';
import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import { line } from '../../api/shell';
import type { NotifyChannel } from '../../api/types';
import { to } from '../../app/router';
import { t } from '../../text';
import { toTime } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Button, Empty, Failed, Note, Panel, Tag, Waiting, When } from '../../ui/kit';
import { State } from '../../ui/state';
import { Table } from '../../ui/table';
import { Confirm, useWrite, type Writing } from '../../ui/write';
import { markOf } from './model';

interface Preview {
  Example: boolean;
  Notices: number;
  Host: string;
  Body: string;
}

// A body of JSON is laid out; a mail stays as it is.
function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function PreviewPanel({ name, close }: { name: string; close: () => void }) {
  const read = useRead<Preview>('PreviewNotice', { Name: name });
  const { data } = read;
  return (
    <Panel title={t('notices.previewOf', { name })} actions={<Button variant="link" onClick={close}>{t('close')}</Button>}>
      {read.problem && <Failed problem={read.problem} />}
      {!data && !read.problem && <Waiting rows={4} />}
      {data && (
        <>
          <p>{data.Example ? t('notices.example') : t('notices.would', { n: data.Notices })}</p>
          <pre className="lc-paste" translate="no" tabIndex={0} role="region" aria-label={t('notices.body')}>{laidOut(data.Body)}</pre>
        </>
      )}
    </Panel>
  );
}

function Delivery({ channel }: { channel: NotifyChannel }) {
  const mark = markOf(channel);
  return (
    <State mark={mark}>
      {mark === 'shown' && <>{t('notices.arrives')} <When at={toTime(channel.DeliveredAt)} /></>}
      {mark === 'nothing' && t('notices.nothingYet')}
      {mark === 'failing' && (
        <>
          {channel.Failure}
          {toTime(channel.FailingSince) > 0 && <span className="lc-quiet"> · {t('since')} <When at={toTime(channel.FailingSince)} /></span>}
          {toTime(channel.NextTry) > 0 && <span className="lc-quiet"> · {t('notices.nextTry')} <When at={toTime(channel.NextTry)} /></span>}
        </>
      )}
    </State>
  );
}

interface ActsProps {
  channel: NotifyChannel;
  write: Writing;
  preview: () => void;
  remove: () => void;
}

function Acts({ channel: { Name: name }, write, preview, remove }: ActsProps) {
  const test = () => write.run(async () => {
    const { Delivered, Failure } = await call<{ Delivered: boolean; Failure: string }>('TestNotifyChannel', { Name: name });
    return { text: Delivered ? t('notices.tested', { name }) : t('notices.notTaken', { name, why: Failure }) };
  });
  const about = (text: string) => `${text} ${name}`;
  return (
    <span className="lc-acts">
      {mayCall('PreviewNotice') && <Button variant="link" isInline aria-label={about(t('notices.preview'))} onClick={preview}>{t('notices.preview')}</Button>}
      {mayCall('TestNotifyChannel') && <Button variant="link" isInline isDisabled={write.isBusy} aria-label={about(t('notices.test'))} onClick={test}>{t('notices.test')}</Button>}
      {mayCall('DeleteNotifyChannel') && <Button variant="link" isInline isDanger aria-label={about(t('notices.remove'))} onClick={remove}>{t('notices.remove')}</Button>}
    </span>
  );
}

function hearsOf({ Accounts, QuietHours }: NotifyChannel) {
  return (
    <>
      {Accounts.length > 0 ? <span translate="no">{Accounts.join(', ')}</span> : t('notices.everyone')}
      {QuietHours && <span className="lc-quiet"> · {t('notices.quiet', { hours: QuietHours })}</span>}
    </>
  );
}

function Channels({ list, write }: { list: NotifyChannel[]; write: Writing }) {
  const [removing, setRemoving] = useState<string>();
  const [previewed, setPreviewed] = useState<string>();
  return (
    <>
      <Table label={t('nav.notices')} rows={list} keyOf={({ Name }) => Name} columns={[
        { title: t('edges.name'), cell: (channel) => <><strong translate="no">{channel.Name}</strong> {channel.Kind && <Tag><span translate="no">{channel.Kind}</span></Tag>}</> },
        { title: t('notices.receiver'), cell: (channel) => <span translate="no" className="lc-breaks">{[channel.Host, ...channel.To].filter(Boolean).join(' · ') || '–'}</span> },
        { title: t('notices.hears'), cell: hearsOf },
        { title: t('notices.delivery'), cell: (channel) => <Delivery channel={channel} /> },
        { title: t('notices.open'), cell: ({ Open }) => (Open > 0 ? t('notices.openCount', { n: Open }) : t('notices.openNone')) },
        { title: t('notices.acts'), cell: (channel) => (
          <Acts channel={channel} write={write} preview={() => setPreviewed(channel.Name)} remove={() => setRemoving(channel.Name)} />
        ) },
      ]} />
      {previewed && <PreviewPanel key={previewed} name={previewed} close={() => setPreviewed(undefined)} />}
      {removing && (
        <Confirm title={t('notices.removeTitle')} button={t('notices.remove')} name={removing} onClose={() => setRemoving(undefined)} onConfirm={() => {
          setRemoving(undefined);
          setPreviewed(undefined);
          write.run(async () => {
            await call('DeleteNotifyChannel', { Name: removing });
            return { text: t('notices.removed', { name: removing }) };
          });
        }}>
          <p>{list.length > 1 ? t('notices.removeWhat') : t('notices.removeLast')}</p>
        </Confirm>
      )}
    </>
  );
}

export function NoticesPage() {
  const isAllowed = mayCall('ListNotifyChannels');
  const read = useRead<{ NotifyChannelList: NotifyChannel[] }>('ListNotifyChannels', isAllowed ? {} : null);
  const write = useWrite();
  if (!isAllowed) return <><h1>{t('nav.notices')}</h1><Note kind="info" title={t('notices.rootOnly')} /></>;
  const list = read.data?.NotifyChannelList ?? [];
  return (
    <>
      <div className="lc-title"><h1>{t('nav.notices')}</h1></div>
      <p>{t('notices.what')}</p>
      <div className="lc-actions">{mayCall('CreateNotifyChannel') && <a className="lc-button lc-primary" href={to(['notices', 'new'])}>{t('notices.add')}</a>}</div>
      {write.outcome}
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {!read.data && !read.problem && <Waiting rows={4} />}
      {read.data && list.length === 0 && <Empty title={t('notices.none')}><p>{t('notices.noneHow')}</p></Empty>}
      {list.length > 0 && <Channels list={list} write={write} />}
      <AsCommand lines={['livecert notify list', ...list.slice(0, 1).map(({ Name }) => line('livecert', 'notify', 'preview', Name)), '# livecert notify test NAME']}
        reads={[['ListNotifyChannels', {}]]} />
    </>
  );
}

import { useState } from 'react';
import { call } from '../../api/call';
import { serverNow } from '../../api/clock';
import { useRead } from '../../api/read';
import { mayCall, session } from '../../api/session';
import { comment, line } from '../../api/shell';
import type { AccessKey, Account, AuditRecord } from '../../api/types';
import { type Place, to } from '../../app/router';
import { t } from '../../text';
import { dateOf, toTime } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Button, Code, Failed, Note, Panel, Tag, Waiting, When } from '../../ui/kit';
import { State } from '../../ui/state';
import { Table } from '../../ui/table';
import { Confirm, useWrite } from '../../ui/write';

interface Made {
  AccessKeyId: string;
  SecretAccessKey: string;
}

// Shown once, masked until asked for, and gone when it is closed.
function NewKey({ made, close }: { made: Made; close: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Note kind="warning" title={t('keys.once')} actions={<Button variant="link" onClick={close}>{t('keys.kept')}</Button>}>
      <p><Code text={made.AccessKeyId} /></p>
      {isOpen ? <p><Code text={made.SecretAccessKey} /></p> : <Button variant="secondary" onClick={() => setOpen(true)}>{t('keys.reveal')}</Button>}
    </Note>
  );
}

// The last writes of an account's keys, or of one: who would miss them.
function useWriters(account: string): { writers: AuditRecord[]; isRead: boolean } {
  const week = 7 * 24 * 3_600;
  const from = Math.floor(serverNow() / 3_600_000) * 3_600 - week;
  const read = useRead<{ AuditList: AuditRecord[] }>('ListAudit', mayCall('ListAudit') ? { AccountId: account, Kind: 'write', From: from, PageSize: 1000 } : null, 60_000);
  const newest = new Map<string, AuditRecord>();
  for (const record of read.data?.AuditList ?? []) if (!newest.has(record.AccessKeyId)) newest.set(record.AccessKeyId, record);
  return { writers: [...newest.values()], isRead: read.data !== undefined };
}

function Missed({ account }: { account: string }) {
  const { writers, isRead } = useWriters(account);
  if (!isRead) return null;
  if (writers.length === 0) return <p>{t('keys.notInUse')}</p>;
  return (
    <Note kind="warning" title={t('keys.inUse')}>
      <ul>{writers.slice(0, 12).map((record) => <li key={record.AccessKeyId}><code translate="no">{record.AccessKeyId}</code> <span className="lc-quiet" translate="no">{record.PeerAddress}</span> · <When at={toTime(record.Time)} /></li>)}</ul>
    </Note>
  );
}

function Keys({ account }: { account: string }) {
  const read = useRead<{ AccessKeyList: AccessKey[] }>('ListAccessKeys', { AccountId: account });
  const write = useWrite();
  const [made, setMade] = useState<Made>();
  const [deleting, setDeleting] = useState<string>();
  const { writers } = useWriters(account);
  const change = (key: AccessKey) => write.run(async () => {
    const [action, back] = key.Status === 'enabled' ? ['DisableAccessKey', 'EnableAccessKey'] as const : ['EnableAccessKey', 'DisableAccessKey'] as const;
    await call(action, { AccessKeyId: key.AccessKeyId });
    return { text: t(key.Status === 'enabled' ? 'keys.isDisabled' : 'keys.isEnabled'), undo: () => call(back, { AccessKeyId: key.AccessKeyId }) };
  });
  return (
    <Panel title={t('keys')}>
      {read.problem && <Failed problem={read.problem} />}
      {made && <NewKey made={made} close={() => setMade(undefined)} />}
      <ul className="lc-rows">
        {(read.data?.AccessKeyList ?? []).map((key) => (
          <li key={key.AccessKeyId}>
            <State mark={key.Status === 'enabled' ? 'shown' : 'nothing'}>{t(key.Status === 'enabled' ? 'keys.enabled' : 'keys.disabled')}</State>
            <div>
              <p><Code text={key.AccessKeyId} short={20} />{key.AccessKeyId === session()?.AccessKeyId && <Tag color="blue">{t('you')}</Tag>}</p>
              <p className="lc-quiet">{key.Projects.length > 0 ? <span translate="no">{key.Projects.join(', ')}</span> : t('keys.allProjects')} · {dateOf(toTime(key.CreateTime))}
                {writers.filter(({ AccessKeyId }) => AccessKeyId === key.AccessKeyId).map((record) => <span key={record.Position}> · {t('keys.lastWrite')} <When at={toTime(record.Time)} /> <span translate="no">{record.PeerAddress}</span></span>)}</p>
            </div>
            {mayCall('DisableAccessKey') && key.AccessKeyId !== session()?.AccessKeyId && (
              <Button variant="secondary" isDisabled={write.isBusy} onClick={() => change(key)}>{t(key.Status === 'enabled' ? 'keys.disable' : 'keys.enable')}</Button>
            )}
            {mayCall('DeleteAccessKey') && key.Status !== 'enabled' && <Button variant="link" isDanger onClick={() => setDeleting(key.AccessKeyId)}>{t('keys.delete')}</Button>}
          </li>
        ))}
      </ul>
      {mayCall('CreateAccessKey') && (
        <Button variant="secondary" isDisabled={write.isBusy} onClick={() => write.run(async () => {
          setMade(await call<Made>('CreateAccessKey', { AccountId: account }));
          return undefined;
        })}>{t('keys.new')}</Button>
      )}
      {write.outcome}
      {deleting && (
        <Confirm title={t('keys.deleteTitle')} button={t('keys.deleteDo')} name={deleting} onClose={() => setDeleting(undefined)} onConfirm={() => {
          setDeleting(undefined);
          write.run(async () => {
            await call('DeleteAccessKey', { AccessKeyId: deleting });
            return { text: t('keys.isDeleted') };
          });
        }}>
          <p>{t('keys.deleteWhat')}</p>
        </Confirm>
      )}
    </Panel>
  );
}

function Projects({ account }: { account: string }) {
  const read = useRead<{ ProjectList: { ProjectName: string }[] }>('ListProjects', { AccountId: account });
  const write = useWrite();
  const [name, setName] = useState('');
  // The service refuses it while anything is in it, so that making it again restores everything.
  const drop = (project: string) => write.run(async () => {
    await call('DeleteProject', { AccountId: account, ProjectName: project });
    return { text: t('projects.isDeleted'), undo: () => call('CreateProject', { AccountId: account, ProjectName: project }) };
  });
  return (
    <Panel title={t('projects')}>
      {read.problem && <Failed problem={read.problem} />}
      <ul className="lc-names">{(read.data?.ProjectList ?? []).map((project) => <li key={project.ProjectName}><a href={to(['certificates'], { project: project.ProjectName })} translate="no">{project.ProjectName}</a>
        {mayCall('DeleteProject') && project.ProjectName !== 'default' && <> <Button variant="link" isInline isDisabled={write.isBusy} aria-label={`${t('projects.delete')} ${project.ProjectName}`} onClick={() => drop(project.ProjectName)}>{t('projects.delete')}</Button></>}</li>)}</ul>
      {mayCall('CreateProject') && (
        <form className="lc-inline" onSubmit={(event) => {
          event.preventDefault();
          write.run(async () => {
            await call('CreateProject', { AccountId: account, ProjectName: name.trim() });
            setName('');
            return { text: t('projects.made') };
          });
        }}>
          <input aria-label={t('projects.name')} placeholder={t('projects.name')} required value={name} onChange={(event) => setName(event.target.value)} />
          <Button type="submit" variant="secondary" isDisabled={write.isBusy}>{t('projects.new')}</Button>
        </form>
      )}
      {write.outcome}
    </Panel>
  );
}

export function AccountsPage({ place }: { place: Place }) {
  const read = useRead<{ AccountList: Account[] }>('ListAccounts', mayCall('ListAccounts') ? {} : null);
  const write = useWrite();
  const [suspending, setSuspending] = useState<Account>();
  const [name, setName] = useState('');
  const chosen = place.path[1] ?? session()?.AccountId ?? '';
  const change = (account: Account, action: string) => write.run(async () => {
    await call(action, { AccountId: account.AccountId });
    return { text: t(action === 'SuspendAccount' ? 'accounts.isSuspended' : 'accounts.isActive', { name: account.AccountName }) };
  });
  if (!read.data) return read.problem ? <Failed problem={read.problem} /> : <Waiting rows={4} />;
  return (
    <>
      <h1>{t('nav.accounts')}</h1>
      <Table label={t('nav.accounts')} rows={read.data.AccountList} keyOf={(account) => account.AccountId} columns={[
        { title: t('accounts.name'), cell: (account) => <span><a href={to(['accounts', account.AccountId])} aria-current={account.AccountId === chosen ? 'true' : undefined} translate="no">{account.AccountName}</a> {account.Root && <Tag>{t('accounts.root')}</Tag>} {account.AccountId === session()?.AccountId && <Tag color="blue">{t('you')}</Tag>}</span> },
        { title: t('accounts.id'), cell: (account) => <Code text={account.AccountId} /> },
        { title: t('certs.state'), cell: (account) => <State mark={account.Status === 'active' ? 'shown' : 'nothing'}>{t(account.Status === 'active' ? 'accounts.active' : 'accounts.suspended')}</State> },
        { title: t('accounts.change'), cell: (account) => account.Root || !mayCall('SuspendAccount') ? '–' : account.Status === 'active'
          ? <Button variant="link" isInline isDanger onClick={() => setSuspending(account)}>{t('accounts.suspend')}</Button>
          : <Button variant="link" isInline onClick={() => change(account, 'ActivateAccount')}>{t('accounts.activate')}</Button> },
      ]} />
      {mayCall('CreateAccount') && (
        <form className="lc-inline" onSubmit={(event) => {
          event.preventDefault();
          write.run(async () => {
            await call('CreateAccount', { AccountName: name.trim() });
            setName('');
            return { text: t('accounts.made') };
          });
        }}>
          <input aria-label={t('accounts.name')} placeholder={t('accounts.name')} required value={name} onChange={(event) => setName(event.target.value)} />
          <Button type="submit" variant="secondary" isDisabled={write.isBusy}>{t('accounts.new')}</Button>
        </form>
      )}
      {write.outcome}
      <h2 translate="no">{read.data.AccountList.find(({ AccountId }) => AccountId === chosen)?.AccountName}</h2>
      <div className="lc-columns" key={chosen}><Keys account={chosen} /><Projects account={chosen} /></div>
      <AsCommand lines={['livecert account list', line('livecert', 'key', 'list', chosen), line('livecert', 'project', 'list', chosen),
        '# livecert account add NAME', comment(line('livecert', 'key', 'add', chosen)), comment(line('livecert', 'project', 'add', chosen, 'NAME'))]}
        reads={[['ListAccounts', {}], ['ListAccessKeys', { AccountId: chosen }], ['ListProjects', { AccountId: chosen }]]} />
      {suspending && (
        <Confirm title={t('accounts.suspendTitle')} button={t('accounts.suspend')} name={suspending.AccountName} onClose={() => setSuspending(undefined)} onConfirm={() => {
          setSuspending(undefined);
          change(suspending, 'SuspendAccount');
        }}>
          <p>{t('accounts.suspendWhat')}</p>
          <Missed account={suspending.AccountId} />
        </Confirm>
      )}
    </>
  );
}

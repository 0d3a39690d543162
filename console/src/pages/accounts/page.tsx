import { useState } from 'react';
import { call } from '../../api/call';
import { useRead } from '../../api/read';
import { mayCall, session } from '../../api/session';
import { comment, line } from '../../api/shell';
import type { AccessKey, Account } from '../../api/types';
import { type Place, to } from '../../app/router';
import { t } from '../../text';
import { dateOf, toTime } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Button, Code, Failed, Note, Panel, Tag, Waiting } from '../../ui/kit';
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

function Keys({ account }: { account: string }) {
  const read = useRead<{ AccessKeyList: AccessKey[] }>('ListAccessKeys', { AccountId: account });
  const write = useWrite();
  const [made, setMade] = useState<Made>();
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
              <p className="lc-quiet">{key.Projects.length > 0 ? <span translate="no">{key.Projects.join(', ')}</span> : t('keys.allProjects')} · {dateOf(toTime(key.CreateTime))}</p>
            </div>
            {mayCall('DisableAccessKey') && key.AccessKeyId !== session()?.AccessKeyId && (
              <Button variant="secondary" isDisabled={write.isBusy} onClick={() => change(key)}>{t(key.Status === 'enabled' ? 'keys.disable' : 'keys.enable')}</Button>
            )}
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
    </Panel>
  );
}

function Projects({ account }: { account: string }) {
  const read = useRead<{ ProjectList: { ProjectName: string }[] }>('ListProjects', { AccountId: account });
  const write = useWrite();
  const [name, setName] = useState('');
  return (
    <Panel title={t('projects')}>
      {read.problem && <Failed problem={read.problem} />}
      <ul className="lc-names">{(read.data?.ProjectList ?? []).map((project) => <li key={project.ProjectName}><a href={to(['certificates'], { project: project.ProjectName })} translate="no">{project.ProjectName}</a></li>)}</ul>
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
        </Confirm>
      )}
    </>
  );
}

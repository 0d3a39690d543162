import { useEffect, useState } from 'react';
import { base, inOurLanguage } from '../../api/call';
import { clockError } from '../../api/clock';
import { session } from '../../api/session';
import { t } from '../../text';
import { line } from '../../api/shell';
import { AsCommand } from '../../ui/command';
import { Code, Note, Panel, When } from '../../ui/kit';
import { State } from '../../ui/state';

interface Reason {
  Name: string;
  Since: string;
  What: string;
  Remedy: string;
}

interface Ready {
  Status: string;
  Reasons: Reason[];
}

function useReady(): Ready | undefined {
  const [ready, setReady] = useState<Ready>();
  useEffect(() => {
    const look = () => fetch(new URL('readyz', base()), { headers: inOurLanguage(), cache: 'no-store', credentials: 'omit' })
      .then((answer) => answer.json() as Promise<Ready>).then(setReady, () => setReady(undefined));
    void look();
    const timer = setInterval(() => void look(), 5_000);
    return () => clearInterval(timer);
  }, []);
  return ready;
}

export function ServicePage() {
  const ready = useReady();
  const who = session();
  return (
    <>
      <h1>{t('nav.service')}</h1>
      <div className="lc-columns">
        <Panel title={t('service.health')}>
          <State mark={ready?.Status === 'ready' ? 'shown' : ready ? 'failing' : 'going'}>{ready?.Status === 'ready' ? t('service.ready') : ready ? t('service.notReady') : t('waiting')}</State>
          {ready?.Reasons.map((reason) => (
            <Note key={reason.Name} kind="warning" title={reason.What}><p>{reason.Remedy}</p><p>{t('since')} <When at={Date.parse(reason.Since)} /></p></Note>
          ))}
        </Panel>
        <Panel title={t('service.about')}>
          <dl className="lc-facts">
            <dt>livecert</dt><dd translate="no">{who?.Version}</dd>
            <dt>{t('service.versions')}</dt><dd>{who?.KeepVersions}</dd>
            <dt>{t('service.clock')}</dt><dd>{clockError() === 0 ? t('service.clockFine') : t(clockError() > 0 ? 'clock.ahead' : 'clock.behind', { n: Math.round(Math.abs(clockError()) / 60_000) })}</dd>
          </dl>
        </Panel>
        <Panel title={t('service.you')}>
          <dl className="lc-facts">
            <dt>{t('signIn.id')}</dt><dd><Code text={who?.AccessKeyId ?? ''} /></dd>
            <dt>{t('accounts.id')}</dt><dd><Code text={who?.AccountId ?? ''} /></dd>
            <dt>{t('projects')}</dt><dd translate="no">{who && who.Projects.length > 0 ? who.Projects.join(', ') : t('keys.allProjects')}</dd>
          </dl>
        </Panel>
      </div>
      <AsCommand lines={['livecert sign GetSession | sh', '# livecert backup FILE', '# livecert verify']} reads={[['GetSession', {}]]}
        open={[line('curl', '-sS', new URL('readyz', base()).href)]} />
    </>
  );
}

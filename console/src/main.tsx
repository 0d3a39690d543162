import '@patternfly/react-core/dist/styles/base.css';
import './console.css';
import { createRoot } from 'react-dom/client';
import { watchIdleness } from './api/session';
import { Console } from './app/console';
import { startSettings } from './app/settings';
import { t } from './text';

// Browsers sign only over HTTPS, or on the machine itself.
function Insecure() {
  return (
    <main className="lc-sign-in">
      <strong className="lc-brand">livecert</strong>
      <h1>{t('insecure.title')}</h1>
      <p>{t('insecure.do')}</p>
      <pre translate="no">{`ssh -L 8080:127.0.0.1:${location.port || 80} ${location.hostname}`}</pre>
      <p>{t('insecure.then')} <code translate="no">http://127.0.0.1:8080/console/</code></p>
    </main>
  );
}

startSettings();
watchIdleness();
const canSign = isSecureContext && 'subtle' in crypto;
createRoot(document.getElementById('root')!).render(canSign ? <Console /> : <Insecure />);

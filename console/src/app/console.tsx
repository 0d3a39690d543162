import { useEffect, useSyncExternalStore } from 'react';
import { session, subscribe } from '../api/session';
import { AccountsPage } from '../pages/accounts/page';
import { AuditPage } from '../pages/audit/page';
import { CalendarPage } from '../pages/calendar/page';
import { CertificatePage } from '../pages/certificate/page';
import { CertificatesPage } from '../pages/certificates/page';
import { DomainPage } from '../pages/domain/page';
import { DomainsPage } from '../pages/domains/page';
import { EdgesPage } from '../pages/edges/page';
import { NewEdgePage } from '../pages/edges/new';
import { NewChannelPage } from '../pages/notices/new';
import { NoticesPage } from '../pages/notices/page';
import { OverviewPage } from '../pages/overview/page';
import { ServicePage } from '../pages/service/page';
import { SignInPage } from '../pages/sign-in/page';
import { UploadPage } from '../pages/upload/page';
import { currentLanguage, isKey, t } from '../text';
import { Boundary } from './boundary';
import { DropAnywhere } from './drop';
import { Frame } from './frame';
import { Keys } from './keys';
import { Palette } from './palette';
import { type Place, usePlace } from './router';
import { settingsNow, subscribe as onSettings } from './settings';

function PageOf({ place }: { place: Place }) {
  const [page, name] = place.path;
  switch (page) {
    case undefined: return <OverviewPage />;
    case 'certificates': return name ? <CertificatePage key={name} chain={name} place={place} /> : <CertificatesPage place={place} />;
    case 'upload': return <UploadPage key={place.query.get('chain')} place={place} />;
    case 'domains': return name ? <DomainPage key={name} name={name} /> : <DomainsPage place={place} />;
    case 'edges': return name === 'new' ? <NewEdgePage /> : <EdgesPage />;
    case 'calendar': return <CalendarPage place={place} />;
    case 'notices': return name === 'new' ? <NewChannelPage /> : <NoticesPage />;
    case 'audit': return <AuditPage place={place} />;
    case 'accounts': return <AccountsPage place={place} />;
    case 'service': return <ServicePage />;
    default: return <h1>{t('nowhere')}</h1>;
  }
}

function titleOf({ path }: Place): string {
  const key = `nav.${path[0] ?? 'overview'}`;
  return `${path[1] ?? (isKey(key) ? t(key) : t('upload'))} · livecert`;
}

export function Console() {
  const place = usePlace();
  const opened = useSyncExternalStore(subscribe, session);
  useSyncExternalStore(onSettings, settingsNow);
  const title = opened ? titleOf(place) : `${t('signIn.title')} · livecert`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (!opened) return <SignInPage key={currentLanguage()} />;
  return (
    <>
      <Frame place={place}>
        <Boundary place={location.hash}><PageOf place={place} /></Boundary>
      </Frame>
      <DropAnywhere />
      <Palette />
      <Keys />
    </>
  );
}

// What stands around every page: where one is, where one can go, who one is.
import { Masthead, MastheadContent, MastheadMain } from '@patternfly/react-core/dist/esm/components/Masthead/index.js';
import { Nav, NavItem, NavList } from '@patternfly/react-core/dist/esm/components/Nav/index.js';
import { Page, PageSection, PageSidebar, PageSidebarBody } from '@patternfly/react-core/dist/esm/components/Page/index.js';
import { SkipToContent } from '@patternfly/react-core/dist/esm/components/SkipToContent/index.js';
import type { ReactNode } from 'react';
import { clockError } from '../api/clock';
import { endSession, isReadOnly, mayCall, session } from '../api/session';
import { minutesOff } from '../pages/sign-in/page';
import { t } from '../text';
import { addressOf, type Page as PageName, pagesOffered } from './pages';
import { openPalette } from './palette';
import { type Place, to } from './router';
import { Switches } from './switches';

const onPhone = new Set<PageName>(['overview', 'certificates', 'domains', 'calendar']);

function Links({ current }: { current: string }) {
  return (
    <Nav aria-label={t('nav')}>
      <NavList>
        {pagesOffered().map((page) => (
          <NavItem key={page} itemId={page} isActive={page === current} to={addressOf(page)}>{t(`nav.${page}`)}</NavItem>
        ))}
      </NavList>
    </Nav>
  );
}

// At a thumb's reach, in place of the sidebar.
function PhoneBar({ current }: { current: string }) {
  const others = pagesOffered().filter((page) => !onPhone.has(page));
  return (
    <nav className="lc-phone-bar" aria-label={t('nav.phone')}>
      {pagesOffered().filter((page) => onPhone.has(page)).map((page) => (
        <a key={page} href={addressOf(page)} aria-current={page === current ? 'page' : undefined}>{t(`nav.${page}`)}</a>
      ))}
      <details key={current}>
        <summary>{t('nav.more')}</summary>
        <div>
          {others.map((page) => <a key={page} href={addressOf(page)}>{t(`nav.${page}`)}</a>)}
        </div>
      </details>
    </nav>
  );
}

function Bar() {
  return (
    <Masthead>
      <MastheadMain><a className="lc-brand" href={to([])} translate="no">livecert</a></MastheadMain>
      <MastheadContent>
        <div className="lc-bar">
          {mayCall('CreateCert') && <a className="lc-button lc-primary" href={to(['upload'])}>{t('upload')}</a>}
          <button type="button" className="lc-find" aria-label={t('palette.open')} onClick={() => openPalette()} aria-keyshortcuts="Control+K">
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" className="lc-copy-picture"><circle cx="6.8" cy="6.8" r="4.3" /><path d="M10 10l4 4" /></svg>
            <span>{t('palette.open')}</span> <kbd className="lc-desk-only" translate="no">Ctrl K</kbd>
          </button>
          {isReadOnly() && <span className="lc-quiet">{t('readOnly')}</span>}
          {minutesOff() > 0 && <span className="lc-quiet">{t(clockError() > 0 ? 'clock.ahead' : 'clock.behind', { n: minutesOff() })}</span>}
          <span className="lc-gap" />
          <Switches />
          <span className="lc-who" translate="no" title={session()?.AccessKeyId}>{session()?.AccessKeyId.slice(0, 12)}…</span>
          <button type="button" onClick={() => endSession('signed-out')}>{t('signOut')}</button>
        </div>
      </MastheadContent>
    </Masthead>
  );
}

export function Frame({ place, children }: { place: Place; children: ReactNode }) {
  const current = place.path[0] ?? 'overview';
  return (
    <Page
      masthead={<Bar />}
      sidebar={<PageSidebar><PageSidebarBody><Links current={current} /></PageSidebarBody></PageSidebar>}
      skipToContent={<SkipToContent href="#lc-main" onClick={(event) => {
        event.preventDefault();
        document.getElementById('lc-main')?.focus();
      }}>{t('skip')}</SkipToContent>}
      mainContainerId="lc-main"
      isContentFilled
    >
      <PageSection hasBodyWrapper={false} className="lc-page">{children}</PageSection>
      <PhoneBar current={current} />
    </Page>
  );
}

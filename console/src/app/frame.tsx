// What stands around every page: where one is, where one can go, who one is.
import { Masthead, MastheadContent, MastheadMain } from '@patternfly/react-core/dist/esm/components/Masthead/index.js';
import { Nav, NavItem, NavList } from '@patternfly/react-core/dist/esm/components/Nav/index.js';
import { Page, PageSection, PageSidebar, PageSidebarBody } from '@patternfly/react-core/dist/esm/components/Page/index.js';
import { SkipToContent } from '@patternfly/react-core/dist/esm/components/SkipToContent/index.js';
import type { ReactNode } from 'react';
import { clockError } from '../api/clock';
import { endSession, isReadOnly, mayCall, session } from '../api/session';
import { minutesOff } from '../pages/sign-in/page';
import { type Key, t } from '../text';
import { type Place, to } from './router';
import { Switches } from './switches';

const pages = ['overview', 'certificates', 'domains', 'edges', 'calendar', 'accounts', 'service'] as const;
const onPhone = new Set<string>(['overview', 'certificates', 'domains', 'calendar']);
const needs: Partial<Record<(typeof pages)[number], string>> = { edges: 'ListEdges', accounts: 'ListAccounts' };
const offered = () => pages.filter((page) => !needs[page] || mayCall(needs[page]));
const addressOf = (page: string) => (page === 'overview' ? to([]) : to([page]));

function Links({ current }: { current: string }) {
  return (
    <Nav aria-label={t('nav')}>
      <NavList>
        {offered().map((page) => (
          <NavItem key={page} itemId={page} isActive={page === current} to={addressOf(page)}>{t(`nav.${page}` as Key)}</NavItem>
        ))}
      </NavList>
    </Nav>
  );
}

// At a thumb's reach, in place of the sidebar.
function PhoneBar({ current }: { current: string }) {
  const others = offered().filter((page) => !onPhone.has(page));
  return (
    <nav className="lc-phone-bar" aria-label={t('nav.phone')}>
      {offered().filter((page) => onPhone.has(page)).map((page) => (
        <a key={page} href={addressOf(page)} aria-current={page === current ? 'page' : undefined}>{t(`nav.${page}` as Key)}</a>
      ))}
      <details key={current}>
        <summary>{t('nav.more')}</summary>
        <div>
          {others.map((page) => <a key={page} href={addressOf(page)}>{t(`nav.${page}` as Key)}</a>)}
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

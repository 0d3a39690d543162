// The pages that this session may see, and where each is.
import { mayCall } from '../api/session';
import { to } from './router';

export const pages = ['overview', 'certificates', 'domains', 'edges', 'calendar', 'notices', 'audit', 'accounts', 'service'] as const;
export type Page = (typeof pages)[number];

const needs: Partial<Record<Page, string>> = { edges: 'ListEdges', notices: 'ListNotifyChannels', audit: 'ListAudit', accounts: 'ListAccounts' };

export const pagesOffered = (): Page[] => pages.filter((page) => !needs[page] || mayCall(needs[page]));
export const addressOf = (page: Page): string => (page === 'overview' ? to([]) : to([page]));

// What CreateNotifyChannel takes, and the same on the command line. docs/notices.md explains each kind.
import { line } from '../../api/shell';
import type { NotifyChannel } from '../../api/types';

export const kinds = ['webhook', 'feishu', 'dingtalk', 'wecom', 'slack', 'telegram', 'mail', 'alertmanager'] as const;
export type ChannelKind = (typeof kinds)[number];

export interface ChannelForm {
  kind: ChannelKind;
  name: string;
  language: 'en' | 'zh';
  accounts: string;
  quiet: string;
  to: string;
  from: string;
  user: string;
}

// Which kinds have a secret beside their address, and what it is.
export const secretOf: Partial<Record<ChannelKind, 'sign' | 'mustSign' | 'token' | 'password'>> = {
  webhook: 'mustSign', feishu: 'sign', dingtalk: 'sign', telegram: 'token', mail: 'password',
};
export const addressOf: Record<ChannelKind, string> = {
  webhook: 'https://…', feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…', dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
  wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…', slack: 'https://hooks.slack.com/services/…', telegram: 'https://api.telegram.org',
  mail: 'smtp://HOST:587', alertmanager: 'http://HOST:9093',
};
export const hasRecipient = (kind: ChannelKind): boolean => kind === 'mail' || kind === 'telegram';

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

// Without the address and the secret, which are no strings here.
export function membersOf({ kind, name, language, accounts, quiet, to, from, user }: ChannelForm): Record<string, unknown> {
  return {
    Name: name.trim(), Kind: kind, Language: language,
    ...(words(accounts).length > 0 ? { Accounts: words(accounts) } : {}), ...(quiet.trim() ? { QuietHours: quiet.trim() } : {}),
    ...(hasRecipient(kind) && words(to).length > 0 ? { To: words(to) } : {}),
    ...(kind === 'mail' && from.trim() ? { From: from.trim() } : {}), ...(kind === 'mail' && user.trim() ? { User: user.trim() } : {}),
  };
}

// Address and secret come from files there, as nothing secret belongs into a shell's history.
export function commandOf(form: ChannelForm, hasSecret: boolean): string {
  const { Name, Kind, Language, Accounts = [], QuietHours, To = [], From, User } = membersOf(form) as Record<string, string> & { Accounts?: string[]; To?: string[] };
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value]);
  const one = (option: string, value: string | undefined) => (value ? [option, value] : []);
  return line('livecert', 'notify', 'add', Name!, Kind!, '--url-file', `${Kind}.url`, ...(hasSecret ? ['--secret-file', `${Kind}.secret`] : []),
    '--language', Language!, ...each('--account', Accounts), ...one('--quiet', QuietHours), ...each('--to', To), ...one('--from', From), ...one('--user', User));
}

// One that another release made has no kind, and takes nothing.
export const markOf = ({ Kind, Failures, DeliveredAt }: Pick<NotifyChannel, 'Kind' | 'Failures' | 'DeliveredAt'>): 'failing' | 'shown' | 'nothing' =>
  !Kind || Failures > 0 ? 'failing' : DeliveredAt ? 'shown' : 'nothing';

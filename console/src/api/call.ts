// One signed call of the API, at the address beside the console, whatever prefix a proxy put before both.
import { type Bytes, toBytes } from './bytes';
import { noteAnswer, readClock, serverNow } from './clock';
import { signer, endSession } from './session';
import type { Result } from './types';
import { locale } from '../text';

export const base = (): URL => new URL('../', document.baseURI.split('#')[0]!);

const live = new Set(['CreateCert', 'BindCert', 'UnbindCert', 'DeleteCert', 'DescribeCertDetailSecretV2', 'CreateDomain',
  'DeleteDomain', 'EnableDomain', 'DisableDomain']);

// The service words what is wrong in the language of the pages, whatever the browser's is.
export const inOurLanguage = (): Record<string, string> => ({ 'Accept-Language': locale() });

export const versionOf = (action: string): string => (live.has(action) ? '2023-01-01' : '2026-12-01');

// Why a call failed. `code` is the API's, or `NoAnswer`.
export class Problem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly requestId = '',
    readonly status = 0,
  ) {
    super(message);
  }

  // Whether asking again may help.
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface Envelope {
  ResponseMetadata?: { RequestId?: string; Error?: { Code: string; Message: string } };
  Result?: Result;
}

async function send(action: string, body: Bytes, signal?: AbortSignal): Promise<Response> {
  const query = `Action=${action}&Version=${versionOf(action)}`;
  const begun = Date.now();
  const who = signer();
  if (!who) throw new Problem('NoSession', '');
  const headers = await who.headers(query, body, serverNow());
  try {
    const response = await fetch(new URL(`?${query}`, base()), {
      method: 'POST', headers: { ...headers, ...inOurLanguage() }, body, cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
      signal: signal ?? null,
    });
    noteAnswer(response, begun);
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem('NoAnswer', '');
  }
}

async function read(response: Response): Promise<Result> {
  let envelope: Envelope;
  try {
    envelope = (await response.json()) as Envelope;
  } catch {
    throw new Problem('NoAnswer', '', '', response.ok ? 0 : response.status);
  }
  const error = envelope.ResponseMetadata?.Error;
  if (!error) return envelope.Result ?? {};
  throw new Problem(error.Code, error.Message, envelope.ResponseMetadata?.RequestId, response.status);
}

// `members` is JSON, or the bytes of JSON where those hold a secret; the caller overwrites the bytes.
export async function call<T = Result>(action: string, members: object | Bytes = {}, signal?: AbortSignal): Promise<T> {
  const body = members instanceof Uint8Array ? members : toBytes(JSON.stringify(members));
  try {
    return (await read(await send(action, body, signal))) as T;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'InvalidTimestamp') {
      await readClock(base());
      return (await read(await send(action, body, signal))) as T;
    }
    if (error.status === 401) endSession('refused');
    throw error;
  }
}

// What the service recognised in the files that wait here.
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../../api/call';
import type { Bytes } from '../../api/bytes';
import type { Inspection } from '../../api/types';
import { onDropped, takeDropped } from '../../app/drop';
import { toPassword } from '../../secret/body';
import type { Seen } from '../../secret/files';
import { currentLanguage } from '../../text';
import { chainOf } from '../../ui/chain';
import { inOrder } from './model';
import { type Given, inspect } from './send';

// The files that wait. A file of the same name replaces the one before. A password opens what is protected among them.
export function useFiles() {
  const [files, setFiles] = useState<File[]>([]);
  const [attempt, setAttempt] = useState(0);
  const password = useRef<Bytes>(undefined);
  const forget = () => {
    password.current?.fill(0);
    password.current = undefined;
  };
  const add = (list: File[]) => setFiles((before) => [...before.filter(({ name }) => !list.some((one) => one.name === name)), ...list]);
  useEffect(() => {
    const take = () => add(takeDropped());
    take();
    const end = onDropped(take);
    return () => {
      end();
      forget();
    };
  }, []);
  return {
    files, add, attempt, given: (): Given => ({ files, password: password.current }),
    remove: (name: string) => setFiles((before) => before.filter((file) => file.name !== name)),
    clear: () => {
      forget();
      setFiles([]);
    },
    open: (text: string) => {
      forget();
      password.current = toPassword(text);
      setAttempt((before) => before + 1);
    },
  };
}

export type Files = ReturnType<typeof useFiles>;

export const keyOf = (files: readonly File[]): string => files.map(({ name, lastModified, size }) => `${name} ${lastModified} ${size}`).join('|');

export interface Upload {
  leaf: string;
  chain: Seen[];
  keyOrigin: string;
}

export interface Recognised {
  inspection: Inspection;
  uploads: Upload[];
  loose: Seen[]; // what there is when no certificate has its key
  isWhole: boolean; // nothing was left out because there is too much
}

async function recognise(given: Given): Promise<Recognised> {
  const { answer: inspection, isWhole } = await inspect(given);
  const uploads = await Promise.all(inspection.Uploads.map(async ({ Leaf, Chain, Origins, KeyOrigin }): Promise<Upload> =>
    ({ leaf: Leaf, chain: await chainOf(Chain, Origins), keyOrigin: KeyOrigin })));
  const loose = inspection.Certificates.filter(({ Certificate }) => Certificate !== undefined);
  return { inspection, uploads, loose: inOrder(await chainOf(loose.map(({ Certificate }) => Certificate!), loose.map(({ Origin }) => Origin))), isWhole };
}

export function useRecognised({ files, attempt, given }: Files): { recognised?: Recognised; problem?: Problem; isWaiting: boolean } {
  const [answer, setAnswer] = useState<{ key: string; recognised?: Recognised; problem?: Problem }>({ key: '' });
  const key = files.length > 0 ? `${currentLanguage()} ${attempt} ${keyOf(files)}` : '';
  useEffect(() => {
    if (!key) return undefined;
    let isWanted = true;
    recognise(given()).then(
      (recognised) => isWanted && setAnswer({ key, recognised }),
      (error: unknown) => isWanted && setAnswer({ key, problem: error instanceof Problem ? error : new Problem('NoAnswer', '') }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  if (!key) return { isWaiting: false };
  const { key: answered, ...rest } = answer;
  return answered === key ? { ...rest, isWaiting: false } : { isWaiting: true };
}

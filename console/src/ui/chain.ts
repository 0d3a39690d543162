// Certificates that the service answers as PEM, as the page shows them.
import { useEffect, useState } from 'react';
import { fromBase64, toBytes } from '../api/bytes';
import { type Seen, seen } from '../secret/files';

const derOf = (pem: string) => fromBase64(toBytes(pem.replaceAll(/-----[^-]+-----/g, '')));

export async function chainOf(pems: readonly string[], origins: readonly string[] = []): Promise<Seen[]> {
  const list = await Promise.all(pems.map((pem, i) => seen(derOf(pem), origins[i])));
  return list.filter((one) => one !== undefined);
}

export function useChain(pems: readonly string[] | undefined): Seen[] {
  const [chain, setChain] = useState<{ key: string; list: Seen[] }>({ key: '', list: [] });
  const key = pems?.join('') ?? '';
  useEffect(() => {
    let isWanted = true;
    void chainOf(pems ?? []).then((list) => isWanted && setChain({ key, list }));
    return () => {
      isWanted = false;
    };
  }, [key]);
  return chain.key === key ? chain.list : [];
}

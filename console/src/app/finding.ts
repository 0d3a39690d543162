// What the palette offers for what was typed. Pure, and tested without a browser.
export interface Found {
  kind: 'page' | 'act' | 'certificate' | 'domain' | 'edge';
  text: string;
  detail: string;
  address: string;
}

// How well a text fits: the whole of it, its beginning, the beginning of a word in it, somewhere in it; 0: not at all.
export function fitOf(text: string, wanted: string): number {
  const [all, part] = [text.toLowerCase(), wanted.toLowerCase()];
  const at = all.indexOf(part);
  if (at < 0) return 0;
  if (all === part) return 4;
  if (at === 0) return 3;
  return /[\s.*/-]/.test(all[at - 1]!) ? 2 : 1;
}

const most = 6;

// At most six of a kind, the best first; the kinds as they come in `found`, but one that fits whole stands above all others.
export function offersOf(found: readonly Found[], typed: string): Found[] {
  const wanted = typed.trim();
  if (!wanted) return found.filter(({ kind }) => kind === 'page' || kind === 'act');
  const fitting = found.map((item) => ({ item, fit: Math.max(fitOf(item.text, wanted), fitOf(item.detail, wanted)) })).filter(({ fit }) => fit > 0);
  const kinds = [...new Set(fitting.map(({ item }) => item.kind))];
  const best = kinds.flatMap((kind) =>
    fitting.filter(({ item }) => item.kind === kind).sort((a, b) => b.fit - a.fit || a.item.text.length - b.item.text.length).slice(0, most));
  return [...best.filter(({ fit }) => fit === 4), ...best.filter(({ fit }) => fit < 4)].map(({ item }) => item);
}

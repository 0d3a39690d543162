// What CreateEdge takes, and what the server itself needs in its configuration. docs/edges.md explains each line.
export const kinds = ['nginx', 'haproxy', 'srs', 'caddy', 'files'] as const;
export type EdgeKind = (typeof kinds)[number];

export interface EdgeForm {
  kind: EdgeKind;
  name: string;
  listen: string;
  domains: string;
  directory: string;
  file: string;
  socket: string;
}

export function membersOf({ kind, name, listen, domains, directory, file, socket }: EdgeForm): Record<string, unknown> {
  const list = domains.split(/[\s,]+/).filter(Boolean);
  return {
    Name: name.trim(), Kind: kind,
    ...(listen.trim() ? { Listen: listen.trim() } : {}), ...(list.length > 0 ? { Domains: list } : {}),
    ...(kind === 'nginx' || kind === 'haproxy' || kind === 'files' ? { Directory: directory.trim() } : {}),
    ...(kind === 'srs' ? { File: file.trim() } : {}), ...(kind === 'haproxy' ? { Socket: socket.trim() } : {}),
  };
}

// The same on the command line, after `livecert edge add`.
export function wordsOf(form: EdgeForm): string[] {
  const options: Record<string, string> = { Listen: '--listen', Directory: '--directory', File: '--file', Socket: '--socket' };
  const members = membersOf(form);
  const named = Object.entries(options).flatMap(([member, option]) => (members[member] === undefined ? [] : [option, String(members[member])]));
  return [form.name.trim(), form.kind, ...named, ...((members['Domains'] ?? []) as string[]).flatMap((name) => ['--domain', name])];
}

const nginx = (directory: string, port: string) => `http {
    include ${directory}/livecert.map.conf;

    server {
        listen ${port} ssl default_server;
        ssl_reject_handshake on;
    }
    server {
        listen ${port} ssl;
        server_name ~.;
        ssl_certificate     $livecert_certificate;
        ssl_certificate_key $livecert_certificate;
        root $livecert_link;
    }
}`;

const haproxy = (directory: string, port: string, socket: string) => `global
    stats socket ${socket} level admin

frontend tls
    bind :${port} ssl strict-sni crt-list ${directory}/crt-list`;

export function configurationOf({ kind, listen, directory, socket }: EdgeForm): string {
  const port = listen.split(':').at(-1) || '443';
  if (kind === 'nginx') return nginx(directory.trim(), port);
  if (kind === 'haproxy') return haproxy(directory.trim(), port, socket.trim());
  return '';
}

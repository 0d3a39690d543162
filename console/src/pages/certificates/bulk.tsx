// What is done with several certificates at once.
import { useEffect, useState } from 'react';
import { unbind } from '../../api/bindings';
import { call, Problem } from '../../api/call';
import { readAll } from '../../api/read';
import { line } from '../../api/shell';
import type { Cert, Domain } from '../../api/types';
import { t } from '../../text';
import { BulkDialog, type Task } from '../../ui/bulk';
import { NameList, Stops } from '../../ui/impact';
import { Failed, Waiting } from '../../ui/kit';
import { Modal, ModalBody } from '@patternfly/react-core/dist/esm/components/Modal/index.js';
import { nameOf } from './model';
import { deletionOf, typedFor } from './plan';

const few = 20;

// The domains that use these certificates, as they are now.
async function domainsOf(certs: readonly Cert[]): Promise<Domain[]> {
  const bound = certs.filter(({ CertDomainList }) => CertDomainList.length > 0);
  const read = (members: object) => readAll<Domain>('ListDomains', members, 'DomainList');
  if (bound.length > few) {
    const chains = new Set(bound.map(({ ChainID }) => ChainID));
    return (await read({})).list.filter(({ ChainID }) => chains.has(ChainID));
  }
  return (await Promise.all(bound.map(({ ChainID }) => read({ ChainID })))).flatMap(({ list }) => list);
}

interface Props {
  certs: Cert[];
  onClose: () => void;
  onDeleted?: () => void;
}

function Deleting({ certs, domains, onClose, onDeleted }: Props & { domains: Domain[] }) {
  const plan = deletionOf(certs, domains);
  const usedBy = ({ ChainID }: Cert) => domains.filter((domain) => domain.ChainID === ChainID);
  const unbound = domains.map(({ Domain: host }) => host);
  const task: Task<Cert> = {
    title: t('delete.titleMany', { n: certs.length }), button: t('delete.many', { n: certs.length }), items: certs, nameOf, isDanger: true,
    typed: typedFor(plan, nameOf),
    change: async (cert) => {
      for (const domain of usedBy(cert)) await unbind(domain);
      await call('DeleteCert', { ChainID: cert.ChainID });
      if (certs.length === 1) onDeleted?.();
    },
    lines: [...(unbound.length > 0 ? [line('livecert', 'cert', 'unbind', ...unbound)] : []),
      ...certs.map(({ ChainID }) => line('livecert', 'cert', 'delete', ChainID))],
  };
  return (
    <BulkDialog task={task} onClose={onClose}>
      <NameList names={certs.map(nameOf)} />
      <p>{t('delete.gone')}</p>
      {plan.used.length > 0 && <p>{t('delete.used', { n: plan.used.length, k: domains.length })}</p>}
      <Stops impact={plan.impact} />
    </BulkDialog>
  );
}

export function DeleteCertificates({ certs, onClose, onDeleted }: Props) {
  const [chosen] = useState(certs);
  const [domains, setDomains] = useState<Domain[]>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    domainsOf(chosen).then(setDomains, (error: unknown) => setProblem(error instanceof Problem ? error : new Problem('NoAnswer', '')));
  }, [chosen]);
  if (domains) return <Deleting certs={chosen} domains={domains} onClose={onClose} {...(onDeleted ? { onDeleted } : {})} />;
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-label={t('delete.titleMany', { n: chosen.length })}>
      <ModalBody>{problem ? <Failed problem={problem} /> : <Waiting />}</ModalBody>
    </Modal>
  );
}

// The way from the server's certificate up to a root, with each finding at the rung that it is about.
import type { Finding } from '../api/types';
import type { Seen } from '../secret/files';
import { t } from '../text';
import { dateOf } from '../text/when';
import { Findings } from './findings';
import { Code, Tag } from './kit';
import { Shape } from './state';

export interface Rung {
  seen: Seen;
  findings: Finding[];
}

// `leaf`: the fingerprint of the server's certificate, which is the first one unless the order was wrong.
export function Ladder({ rungs, leaf = rungs[0]?.seen.fingerprint }: { rungs: Rung[]; leaf?: string | undefined }) {
  return (
    <ol className="lc-ladder">
      {rungs.map(({ seen, findings }) => {
        const { certificate, fingerprint, origin } = seen;
        const role = fingerprint === leaf ? t('role.server') : certificate.isSelfIssued ? t('role.root') : t('role.intermediate');
        const worst = findings.some((finding) => finding.Severity === 'error') ? 'failing' : findings.length > 0 ? 'soon' : 'shown';
        return (
          <li key={fingerprint}>
            <Shape mark={worst} />
            <div>
              <p><strong translate="no">{certificate.commonName || certificate.subject}</strong> <Tag color={fingerprint === leaf ? 'blue' : 'grey'}>{role}</Tag></p>
              <p className="lc-quiet">
                <span translate="no">{certificate.key}</span> · {t('until', { date: dateOf(certificate.notAfter) })}
                {origin && <> · <span translate="no">{origin}</span></>}
              </p>
              <p className="lc-quiet">SHA-256 <Code text={fingerprint} short={20} /></p>
              <Findings findings={findings} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

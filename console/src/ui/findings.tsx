import type { Finding } from '../api/types';
import { t } from '../text';
import { Shape } from './state';

// What is wrong, and what to do. The service words both, in the language that api/call.ts asks for.
export function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="lc-findings">
      {findings.map((finding, i) => (
        <li key={i}>
          <Shape mark={finding.Severity === 'error' ? 'failing' : 'soon'} />
          <div>
            <p>
              <strong>{finding.Severity === 'error' ? t('finding.error') : t('finding.warning')}</strong> {finding.Message}
            </p>
            <p className="lc-quiet">{t('finding.remedy')} {finding.Remedy}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

import type { Finding } from '../api/types';
import { currentLanguage, t } from '../text';
import { findingInChinese } from '../text/findings-zh';
import { Shape } from './state';

// What is wrong, and what to do. The service words both in English; a Chinese page says both in Chinese before.
export function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="lc-findings">
      {findings.map((finding, i) => {
        const chinese = currentLanguage() === 'zh' ? findingInChinese(finding.Id) : undefined;
        return (
          <li key={i}>
            <Shape mark={finding.Severity === 'error' ? 'failing' : 'soon'} />
            <div>
              <p>
                <strong>{finding.Severity === 'error' ? t('finding.error') : t('finding.warning')}</strong>{' '}
                {chinese ? chinese[0] : <span lang="en">{finding.Message}</span>}
              </p>
              <p className="lc-quiet">{t('finding.remedy')} {chinese ? chinese[1] : <span lang="en">{finding.Remedy}</span>}</p>
              {chinese && <p className="lc-quiet" lang="en">{finding.Message}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

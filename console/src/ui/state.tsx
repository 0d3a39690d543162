// A state is a shape, a word and a colour together: never a colour alone.
import type { ReactNode } from 'react';

export type Mark = 'shown' | 'failing' | 'soon' | 'nothing' | 'going';

const shapes: Record<Mark, ReactNode> = {
  shown: <><circle cx="8" cy="8" r="7" className="lc-fill" /><path d="M4.5 8.2l2.4 2.4 4.6-5" className="lc-stroke-in" /></>,
  failing: <><circle cx="8" cy="8" r="7" className="lc-fill" /><path d="M8 4v5M8 11.2v.9" className="lc-stroke-in" /></>,
  soon: <><path d="M8 1l7.4 13.4H.6z" className="lc-fill" /><path d="M8 5.6v4.2M8 11.6v.9" className="lc-stroke-in" /></>,
  nothing: <circle cx="8" cy="8" r="6.2" className="lc-stroke" />,
  going: <circle cx="8" cy="8" r="6.2" className="lc-stroke lc-dashed" />,
};

export const Shape = ({ mark, size = 16 }: { mark: Mark; size?: number }) => (
  <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" className={`lc-mark lc-mark-${mark}`}>{shapes[mark]}</svg>
);

export const State = ({ mark, children }: { mark: Mark; children: ReactNode }) => (
  <span className="lc-state"><Shape mark={mark} /> <span>{children}</span></span>
);

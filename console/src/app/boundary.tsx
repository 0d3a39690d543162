import { Component, type ReactNode } from 'react';
import { t } from '../text';
import { Note } from '../ui/kit';

interface Props {
  children: ReactNode;
  place: string;
}

// A page that fails says so; the frame around it stays.
export class Boundary extends Component<Props, { message: string }> {
  override state = { message: '' };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }
  override componentDidUpdate(before: Props): void {
    if (before.place !== this.props.place && this.state.message) this.setState({ message: '' });
  }
  override render(): ReactNode {
    if (!this.state.message) return this.props.children;
    return (
      <Note kind="danger" title={t('boundary.title')}>
        <code lang="en">{this.state.message}</code>
      </Note>
    );
  }
}

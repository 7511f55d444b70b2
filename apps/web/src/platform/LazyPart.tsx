import { Component, type ReactNode, Suspense } from 'react';
import { isMissingPart } from './missingPart.ts';
import { newVersion } from './newVersion.ts';

interface PartProps {
  readonly children: ReactNode;
  /** While it is on its way. */
  readonly waiting?: ReactNode;
  /** Where it would be; a dialog has no place, and the strip of the page says it. */
  readonly missing?: ReactNode;
  /** Of a dialog: it is to be seen now. */
  readonly asked?: boolean;
}

/** A part of the page that is loaded when it is needed. One that cannot be had takes nothing else with it. */
export function LazyPart({ children, waiting, missing, asked = false }: PartProps) {
  return (
    <PartBoundary missing={missing} asked={asked}>
      <Suspense fallback={waiting}>{children}</Suspense>
    </PartBoundary>
  );
}

class PartBoundary extends Component<Omit<PartProps, 'waiting'>, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    if (isMissingPart(error)) newVersion.handleMissing();
  }

  override componentDidUpdate(before: Omit<PartProps, 'waiting'>): void {
    // An import that failed stays so until the page is loaded anew; who asks again is told again.
    if (this.state.error !== undefined && this.props.asked === true && before.asked !== true)
      newVersion.handleMissing();
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    // What is broken and not missing is for who shows breaks.
    if (!isMissingPart(error)) throw error;
    return this.props.missing;
  }
}

import { AppError } from '@sandglass/protocol';

export type BundleProblem =
  /** Not a zip at all. */
  | 'notABundle'
  /** A zip of something else. */
  | 'foreign'
  | 'newer'
  | 'truncated'
  /** Made to attack, or by a program that does not know the format. */
  | 'refused'
  /** A part of it is not what was written. The rest can be read. */
  | 'damaged';

/** Why a bundle, or a part of it, cannot be read. */
export class BundleError extends AppError {
  readonly problem: BundleProblem;

  constructor(problem: BundleProblem, message: string, cause?: unknown) {
    super('unprocessable', message, { ...(cause === undefined ? {} : { cause }), details: { problem } });
    this.problem = problem;
  }
}

export const isBundleError = (error: unknown): error is BundleError => error instanceof BundleError;

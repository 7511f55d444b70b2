import { KeeperError } from '@sandglass/keeper';
import { AppError, type ErrorCode, isAppError } from '@sandglass/protocol';

/** The keeper's codes are a part of the protocol's table; what it says is written for people. */
export function fromKeeper(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (error instanceof KeeperError) {
    const code: ErrorCode = error.code;
    return new AppError(code, error.message, { cause: error });
  }
  return new AppError('internal', 'The sandbox system failed.', { cause: error });
}

export async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw fromKeeper(error);
  }
}

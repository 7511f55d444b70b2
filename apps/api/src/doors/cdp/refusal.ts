/** How a client hears that nothing was done, in the shape in which its own calls fail with the words; and what an answer says of an act. Pure. */
import { AppError, isAppError, toAppError } from '@sandglass/protocol';
import { type Answer, type Command, type Fields, fieldsOf, textOf, writeAnswer } from './message.ts';

export function refusalOf(command: Command, thrown: unknown): string {
  const error = isAppError(thrown) ? thrown : toAppError(thrown);
  const message = `${error.message} (${error.code})`;
  // Clients know a failed navigation by its own field, and show its words.
  if (command.method === 'Page.navigate')
    return writeAnswer(command, { result: { frameId: '', loaderId: '', errorText: message } });
  // A script that failed in the browser's own protocol is tried again by clients, until their time is over; one that threw is not.
  if (command.method.startsWith('Runtime.')) return writeAnswer(command, { result: thrownWith(message) });
  return writeAnswer(command, { error: { code: -32_000, message } });
}

/** As a script's answer says it. */
function thrownWith(message: string): Fields {
  const result = { type: 'object', subtype: 'error', className: 'Error', description: `Error: ${message}` };
  return {
    result,
    exceptionDetails: { exceptionId: 1, text: 'Uncaught', lineNumber: 0, columnNumber: 0, exception: result },
  };
}

/** @throws AppError `unprocessable` with what the browser itself refused */
export function saidOf(answer: Answer): Fields {
  if ('error' in answer) throw new AppError('unprocessable', `The browser said: ${textOf(answer.error['message'])}`);
  const { errorText, exceptionDetails } = answer.result;
  if (errorText !== undefined && errorText !== '') throw new AppError('unprocessable', textOf(errorText));
  const thrown = textOf(fieldsOf(fieldsOf(exceptionDetails)['exception'])['description']);
  return thrown === '' ? {} : { said: thrown.split('\n')[0] ?? '' };
}

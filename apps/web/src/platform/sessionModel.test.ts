import { AppError, type Session } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { SessionModel, takeToken } from './sessionModel.ts';

const session = {
  token: { id: 'tok_aaaa', name: 'me', role: 'admin', scope: { kind: 'all' } },
  csrf: 'x',
} as unknown as Session;
/** A server that knows one token. */
const server = (known: string) => {
  const asked: string[] = [];
  const request = async (name: string, input?: { body?: { secret: string } }) => {
    asked.push(name);
    if (input?.body?.secret === known) return session;
    throw new AppError('unauthenticated', 'no');
  };
  return { asked, client: { request } as unknown as ConstructorParameters<typeof SessionModel>[0] };
};

describe('SessionModel', () => {
  it('opens with the token of the URL', async () => {
    const { client, asked } = server('right');
    const model = new SessionModel(client);
    await model.start('right');
    expect(model.state).toEqual({ phase: 'open', session });
    expect(asked).toEqual(['openSession']);
  });

  it('tells a refused token from none at all', async () => {
    const model = new SessionModel(server('right').client);
    await model.start('wrong');
    expect(model.state).toEqual({ phase: 'closed', refused: true });
    await model.start(null);
    expect(model.state).toEqual({ phase: 'closed', refused: false });
  });

  it('says when the server cannot be reached, and can try again', async () => {
    const offline = new TypeError('fetch failed');
    const model = new SessionModel({ request: () => Promise.reject(offline) } as unknown as ConstructorParameters<
      typeof SessionModel
    >[0]);
    await model.start(null);
    expect(model.state).toEqual({ phase: 'unreachable', error: offline });
  });

  it('closes when a reply says that the session is over', async () => {
    const model = new SessionModel(server('right').client);
    await model.open('right');
    model.handleUnauthenticated();
    expect(model.state).toEqual({ phase: 'closed', refused: false });
  });
});

it('takes the token out of the address and the history at once', () => {
  const replaced: string[] = [];
  const history = {
    state: null,
    replaceState: (_: unknown, __: string, url: string) => replaced.push(url),
  } as unknown as History;
  expect(takeToken({ hash: '#token=abc', pathname: '/s/x', search: '?pane=activity' } as Location, history)).toBe(
    'abc',
  );
  expect(replaced).toEqual(['/s/x?pane=activity']);
  expect(takeToken({ hash: '#line-4', pathname: '/', search: '' } as Location, history)).toBeNull();
  expect(replaced).toHaveLength(1);
});

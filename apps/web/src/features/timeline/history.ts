/** The past of a log, page after page, into a model. */
import type { Sandglass } from '@sandglass/client';
import type { SandboxId } from '@sandglass/protocol';
import type { TimelineModel } from './timelineModel.ts';

/** Small enough that reading one holds up neither server nor page. */
const PAGE_EVENTS = 5_000;

/** Everything after what the model has. What it took in stays when it breaks off. */
export async function loadHistory(
  client: Pick<Sandglass, 'request'>,
  { sandbox, model, signal }: { sandbox: SandboxId; model: TimelineModel; signal: AbortSignal },
): Promise<void> {
  model.startOver();
  try {
    for (;;) {
      const page = await client.request('timeline', {
        params: { sandbox },
        query: { afterSeq: model.store.lastSeq, limit: PAGE_EVENTS },
        signal,
      });
      if (signal.aborted) return;
      model.handlePage(page);
      if (page.next === null) return;
    }
  } catch (error) {
    if (!signal.aborted) model.handleHistoryFailed(error);
  }
}

/** Runs and what people judge of them, as every view reads them. */
import type { Sandglass } from '@sandglass/client';
import type {
  GiveVerdict,
  RouteQuery,
  Run,
  RunBudget,
  RunId,
  RunSummary,
  SandboxId,
  StartRun,
} from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { describeFailure } from './errors.ts';

export type RunQuestion = Omit<NonNullable<RouteQuery<'runs'>>, 'limit' | 'after'>;
interface Page {
  readonly items: Run[];
  readonly next: string | null;
  readonly summary: RunSummary;
}

const PAGE = 100;
/** Runs go on while one looks at them. */
const REFRESH_MS = 5_000;
const keyOf = (sandbox: SandboxId, run: RunId) => ['run', sandbox, run] as const;

const pageOf = (client: Sandglass, query: RunQuestion, after: string | undefined, signal: AbortSignal): Promise<Page> =>
  client.request('runs', { query: { ...query, limit: PAGE, ...(after === undefined ? {} : { after }) }, signal });

/** The runs that a question means, page by page, kept true while they are looked at. */
export function useRuns(question: RunQuestion) {
  const client = useClient();
  const query = useInfiniteQuery({
    queryKey: ['runs', question],
    queryFn: ({ signal, pageParam }) => pageOf(client, question, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
    refetchOnWindowFocus: true,
  });
  const pages = query.data?.pages ?? [];
  // Pages are asked for one after the other: what moved in between may be in two of them.
  const items = [...new Map(pages.flatMap((page) => page.items).map((run) => [run.id, run])).values()];
  return { ...query, items, summary: pages[0]?.summary };
}

export function useRun(sandbox: SandboxId, run: RunId | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: keyOf(sandbox, run ?? ('' as RunId)),
    queryFn: ({ signal }) => client.request('run', { params: { sandbox, run: run! }, signal }),
    enabled: run !== undefined,
    refetchInterval: ({ state }) => (state.data?.outcome === 'running' ? REFRESH_MS : false),
    retry: false,
  });
}

/** Runs of one recording that were begun or marked: where they are on its timeline. */
export function useRunActs(sandbox: SandboxId) {
  const client = useClient();
  const queries = useQueryClient();
  const put = (run: Run) => {
    queries.setQueryData(keyOf(run.sandbox, run.id), run);
    queries.setQueriesData<InfiniteData<Page>>({ queryKey: ['runs'] }, (data) =>
      data === undefined
        ? data
        : {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.map((each) => (each.id === run.id ? run : each)),
            })),
          },
    );
    void queries.invalidateQueries({ queryKey: ['runs'] });
  };
  const judge = useMutation({
    mutationFn: ({ run, verdict }: { run: RunId; verdict: GiveVerdict | null }) =>
      verdict === null
        ? client.request('takeBackVerdict', { params: { sandbox, run } })
        : client.request('giveVerdict', { params: { sandbox, run }, body: verdict }),
    onSuccess: put,
    onError: (error) => toast.fail('The verdict was not kept', describeFailure(error).detail),
  });
  const mark = useMutation({
    mutationFn: (body: StartRun) => client.request('startRun', { params: { sandbox }, body }),
    onSuccess: put,
  });
  const remove = useMutation({
    mutationFn: (run: RunId) => client.request('removeRun', { params: { sandbox, run } }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['runs'] }),
    onError: (error) => toast.fail('The run was not taken back', describeFailure(error).detail),
  });
  const budget = useMutation({
    mutationFn: ({ run, ...body }: { run: RunId; budget: RunBudget | null; reason?: string }) =>
      client.request('updateRun', { params: { sandbox, run }, body }),
    onSuccess: put,
  });
  return { judge, mark, remove, budget };
}

import type { Sandbox } from '@sandglass/protocol';
import { useMemo } from 'react';
import { formatBytes } from '../../platform/format.ts';
import { usePastRead } from '../../platform/pastRead.ts';
import { mergeSamples } from './charts.ts';
import { readStats } from './pastMachine.ts';
import { Section } from './Section.tsx';
import { Sparkline } from './Sparkline.tsx';
import { type Sample, useStats } from './statsModel.ts';

/** Processor, memory and disk: now, of how much, and over the last two minutes. */
export function ResourcesSection({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  return <Resources samples={useStats(sandbox.id, active)} />;
}

/** As it was recorded up to a moment: the two minutes before it. */
export function PastResources() {
  const { past } = usePastRead(readStats);
  const recorded = past.phase === 'shown' ? past.value.stats : none;
  const samples = useMemo(() => mergeSamples(recorded, []).slice(-PAST_SAMPLES), [recorded]);
  return <Resources samples={samples} />;
}

const none: readonly never[] = [];
/** One every ten seconds. */
const PAST_SAMPLES = 12;

function Resources({ samples }: { samples: readonly Sample[] }) {
  const last = samples.at(-1);
  const share = last?.cpu ?? null;
  return (
    <Section
      title="Resources"
      note={
        last === undefined
          ? ''
          : `${share === null ? '' : `${Math.round(share * 100)}% · `}${formatBytes(last.stats.memoryBytes)}`
      }
    >
      <dl className="machine-resources">
        <Resource
          name="cpu"
          values={samples.map((sample) => sample.cpu ?? 0)}
          most={1}
          text={share === null ? '–' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`}
          of={last === undefined ? '' : `${last.stats.cpus} cores`}
        />
        <Resource
          name="memory"
          values={samples.map((sample) => sample.stats.memoryBytes)}
          most={last?.stats.memoryLimitBytes ?? undefined}
          text={last === undefined ? '–' : formatBytes(last.stats.memoryBytes)}
          of={last?.stats.memoryLimitBytes == null ? '' : formatBytes(last.stats.memoryLimitBytes)}
        />
        <Resource
          name="disk"
          values={samples.map((sample) => sample.stats.diskBytes)}
          most={last?.stats.diskLimitBytes ?? undefined}
          text={last === undefined ? '–' : formatBytes(last.stats.diskBytes)}
          of={last?.stats.diskLimitBytes == null ? '' : formatBytes(last.stats.diskLimitBytes)}
        />
      </dl>
    </Section>
  );
}

function Resource({
  name,
  values,
  most,
  text,
  of,
}: {
  name: string;
  values: readonly number[];
  most: number | undefined;
  text: string;
  of: string;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Sparkline values={values} most={most} />
        <b>{text}</b>
        <span>{of === '' ? '' : `/ ${of}`}</span>
      </dd>
    </div>
  );
}

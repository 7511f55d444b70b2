import type { Sandbox } from '@sandglass/protocol';
import { formatBytes } from '../../platform/format.ts';
import { Section } from './Section.tsx';
import { Sparkline } from './Sparkline.tsx';
import { useStats } from './statsModel.ts';

/** Processor, memory and disk: now, of how much, and over the last two minutes. */
export function ResourcesSection({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const samples = useStats(sandbox.id, active);
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

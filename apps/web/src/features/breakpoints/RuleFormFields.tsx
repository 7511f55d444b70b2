import type { RuleField } from '@sandglass/protocol';
import { Button, Checkbox, Field, IconButton, Input, Segments, Select } from '@sandglass/ui';
import { Plus, X } from 'lucide-react';
import { type By, byWords, type Moment, type RuleForm, type TestForm, waysOf } from './ruleForm.ts';

const moments: readonly { value: Moment; label: string }[] = [
  { value: 'before', label: 'Before a call' },
  { value: 'after', label: 'After a call' },
  { value: 'on', label: 'On an event' },
];
const eventWords: readonly { value: string; label: string }[] = [
  { value: 'file', label: 'a file changes' },
  { value: 'request', label: 'a request to the network' },
  { value: 'output', label: 'something is printed' },
  { value: 'exit', label: 'a terminal ends' },
  { value: 'window', label: 'a window opens or gets another title' },
  { value: 'page', label: 'Chromium opens a page or goes on' },
  { value: 'checkpoint', label: 'a checkpoint is made' },
  { value: 'phase', label: 'the sandbox changes its phase' },
];
const decisions = {
  before: [
    { value: 'hold', label: 'Hold the agent' },
    { value: 'ask', label: 'Ask for approval' },
    { value: 'refuse', label: 'Refuse, saying why' },
    { value: 'nothing', label: 'Let it go on' },
  ],
  later: [
    { value: 'hold', label: 'Hold the agent' },
    { value: 'nothing', label: 'Let it go on' },
  ],
} as const;

interface FormProps {
  readonly form: RuleForm;
  readonly fields: readonly RuleField[];
  readonly onChange: (form: RuleForm) => void;
}

/** When, which calls, under which conditions, and then what. */
export function RuleFormFields({ form, fields, onChange }: FormProps) {
  const put = (part: Partial<RuleForm>) => onChange({ ...form, ...part });
  const known = knownFields(fields, form);
  const setMoment = (moment: Moment) => {
    const names = moment === 'on' ? 'file' : form.moment === 'on' ? 'exec' : form.names;
    const next = { ...form, moment, names };
    const possible = new Set(knownFields(fields, next).map(({ name }) => name));
    const isKept = ({ field }: TestForm) => possible.has(field) || field.startsWith('argument.');
    const decision = moment !== 'before' && form.decision !== 'nothing' ? 'hold' : form.decision;
    onChange({ ...next, tests: form.tests.filter(isKept), decision });
  };
  const putTest = (at: number, test: TestForm) =>
    put({ tests: form.tests.map((each, index) => (index === at ? test : each)) });
  return (
    <div className="rule-form">
      <div className="rule-pair">
        <Field label="When">
          <Select value={form.moment} options={moments} onChange={setMoment} />
        </Field>
        {form.moment === 'on' ? (
          <Field label="What happens">
            <Select value={form.names} options={eventOptions(form.names)} onChange={(names) => put({ names })} />
          </Field>
        ) : (
          <Field label="Calls">
            <Input
              mono
              value={form.names}
              placeholder="any call"
              onChange={(event) => put({ names: event.target.value })}
            />
          </Field>
        )}
      </div>
      <fieldset className="rule-tests">
        <legend>Where</legend>
        {form.tests.length > 1 ? (
          <Segments
            label="Conditions"
            value={form.joined}
            segments={[
              { value: 'and', label: 'all of these' },
              { value: 'or', label: 'any of these' },
            ]}
            onChange={(joined) => put({ joined })}
          />
        ) : null}
        {form.tests.map((test, at) => (
          <TestRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing else that stays
            key={at}
            test={test}
            fields={known}
            onChange={(next) => putTest(at, next)}
            onRemove={() => put({ tests: form.tests.filter((_, index) => index !== at) })}
          />
        ))}
        <Button
          size="small"
          tone="quiet"
          icon={<Plus size={13} />}
          onClick={() => put({ tests: [...form.tests, { field: 'text', by: 'contains', value: '' }] })}
        >
          {form.tests.length === 0 ? 'Add a condition' : 'Another condition'}
        </Button>
      </fieldset>
      <div className="rule-pair">
        <Field label="Then">
          <Select
            value={form.decision}
            options={form.moment === 'before' ? decisions.before : decisions.later}
            onChange={(decision) => put({ decision })}
          />
        </Field>
        {form.decision === 'refuse' ? (
          <Field label="The agent reads">
            <Input
              value={form.reason}
              maxLength={500}
              placeholder="why not"
              onChange={(event) => put({ reason: event.target.value })}
            />
          </Field>
        ) : null}
      </div>
      <div className="rule-also">
        <Checkbox checked={form.checkpoint} onChange={(checkpoint) => put({ checkpoint })}>
          Make a checkpoint first
        </Checkbox>
        <Checkbox checked={form.notify} onChange={(notify) => put({ notify })}>
          Notify
        </Checkbox>
        <Checkbox checked={form.log} onChange={(log) => put({ log })}>
          Write to the activity
        </Checkbox>
      </div>
      {form.notify || form.log ? (
        <Field label="Message" hint="{path}, {host} or {argument.command} are filled in.">
          <Input value={form.message} maxLength={500} onChange={(event) => put({ message: event.target.value })} />
        </Field>
      ) : null}
    </div>
  );
}

function TestRow({
  test,
  fields,
  onChange,
  onRemove,
}: {
  test: TestForm;
  fields: readonly RuleField[];
  onChange: (test: TestForm) => void;
  onRemove: () => void;
}) {
  const field = fields.find(({ name }) => name === test.field);
  const type = field?.type ?? 'any';
  const isMember = field === undefined;
  const options = [...fields.map(({ name }) => ({ value: name, label: name })), { value: '', label: 'an argument…' }];
  const choose = (name: string) => {
    const next = fields.find((each) => each.name === name);
    const ways = waysOf(next?.type ?? 'any');
    const by = ways.includes(test.by) ? test.by : (ways[0] as By);
    const value = next?.type === 'choice' ? (next.values[0] ?? '') : type === next?.type ? test.value : '';
    onChange({ field: name === '' ? 'argument.' : name, by, value });
  };
  return (
    <div className="rule-test">
      <Select label="What" value={isMember ? '' : test.field} options={options} onChange={choose} />
      {isMember ? (
        <Input
          mono
          aria-label="Argument"
          value={test.field}
          onChange={(event) => onChange({ ...test, field: event.target.value })}
        />
      ) : null}
      <Select
        label="How"
        value={test.by}
        options={waysOf(type).map((by) => ({ value: by, label: byWords[by] }))}
        onChange={(by) => onChange({ ...test, by })}
      />
      {test.by === 'so' ? null : type === 'choice' && test.by !== 'in' ? (
        <Select
          label="Value"
          value={test.value}
          options={(field?.values ?? []).map((value) => ({ value, label: value }))}
          onChange={(value) => onChange({ ...test, value })}
        />
      ) : (
        <Input
          mono
          aria-label="Value"
          value={test.value}
          placeholder={placeholders[type] ?? ''}
          onChange={(event) => onChange({ ...test, value: event.target.value })}
        />
      )}
      <IconButton size="small" label="Remove the condition" onClick={onRemove}>
        <X size={13} />
      </IconButton>
    </div>
  );
}

const placeholders: Partial<Record<RuleField['type'], string>> = {
  duration: '10s',
  bytes: '5MB',
  point: 'left, top, width, height',
};

/** What can be asked at that moment. */
const knownFields = (fields: readonly RuleField[], { moment, names }: RuleForm): RuleField[] =>
  fields.filter(({ calls, events }) =>
    moment === 'on' ? events.includes(names) : calls === 'both' || (calls === 'after' && moment === 'after'),
  );

/** Several events at once are for the text; they stay what they are. */
const eventOptions = (names: string) =>
  eventWords.some(({ value }) => value === names) ? eventWords : [...eventWords, { value: names, label: names }];

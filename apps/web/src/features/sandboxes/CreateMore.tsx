import { Field, Select } from '@sandglass/ui';
import { ChevronRight } from 'lucide-react';
import type { CreateForm, FormErrors } from './createForm.ts';
import { Lines } from './Lines.tsx';

export interface CreatePartProps {
  readonly form: CreateForm;
  readonly errors: FormErrors;
  readonly onChange: (part: Partial<CreateForm>) => void;
}

/** What few need, behind one line until they do. */
export function CreateMore({ form, errors, onChange }: CreatePartProps) {
  return (
    <details
      className="create-more"
      open={errors.labels !== undefined || errors.environment !== undefined || undefined}
    >
      <summary>
        <ChevronRight size={13} /> Labels, environment, screen, lifetime
      </summary>
      <Lines
        label="Labels"
        error={errors.labels}
        hint="One a line: key=value."
        value={form.labels}
        onChange={(labels) => onChange({ labels })}
        placeholder="team=checkout"
      />
      <Lines
        label="Environment"
        error={errors.environment}
        hint="One a line: NAME=value. Every program in it sees them, and so does everybody who may look: no secrets."
        value={form.environment}
        onChange={(environment) => onChange({ environment })}
        placeholder="NODE_ENV=test"
      />
      {form.source === 'image' && (form.image === 'desktop' || form.image === 'browser') ? (
        <Field label="Screen">
          <Select
            value={form.screen}
            onChange={(screen) => onChange({ screen })}
            options={[
              { value: 'usual', label: 'As usual' },
              { value: '1024x768', label: '1024 × 768' },
              { value: '1440x900', label: '1440 × 900' },
              { value: '1920x1080', label: '1920 × 1080' },
              { value: 'headless', label: 'No desktop, the browser’s page alone' },
            ]}
          />
        </Field>
      ) : null}
      <div className="create-pair">
        <Field label="Kill after">
          <Select
            value={form.ttl}
            onChange={(ttl) => onChange({ ttl })}
            options={[
              { value: 'never', label: 'Never' },
              { value: '1h', label: '1 hour' },
              { value: '8h', label: '8 hours' },
              { value: '24h', label: '1 day' },
            ]}
          />
        </Field>
        <Field label="When nobody uses it">
          <Select
            value={form.idle}
            onChange={(idle) => onChange({ idle })}
            options={[
              { value: 'never', label: 'Leave it running' },
              { value: 'freeze30m', label: 'Freeze after 30 min' },
              { value: 'kill2h', label: 'Kill after 2 hours' },
            ]}
          />
        </Field>
      </div>
    </details>
  );
}

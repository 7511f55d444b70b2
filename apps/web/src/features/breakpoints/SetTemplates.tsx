import type { RuleSet } from '@sandglass/protocol';
import { Button, IconButton, Input } from '@sandglass/ui';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { shownName } from '../../platform/shownName.ts';

interface SetTemplatesProps {
  readonly set: RuleSet;
  /** The template of the sandbox that is looked at. */
  readonly own: string | undefined;
  /** Absent: they are only shown. */
  readonly onSwitch: ((template: string, enabled: boolean) => void) | undefined;
}

/** The templates in whose sandboxes and runs a built-in set holds; added by name, taken out one by one. */
export function SetTemplates({ set, own, onSwitch }: SetTemplatesProps) {
  const [name, setName] = useState<string>();
  if (set.templates.length === 0 && onSwitch === undefined) return null;
  const wanted = name?.trim() ?? '';
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === '') return;
    if (!set.templates.includes(wanted)) onSwitch?.(wanted, true);
    setName(undefined);
  };
  return (
    <div className="rule-templates">
      {set.templates.length === 0 ? null : (
        <ul aria-label={`Templates of ${set.title}`}>
          {set.templates.map((template) => (
            <li key={template}>
              <span>template {shownName(template)}</span>
              {onSwitch === undefined ? null : (
                <IconButton
                  size="small"
                  label={`Take “${set.title}” out of template ${shownName(template)}`}
                  onClick={() => onSwitch(template, false)}
                >
                  <X size={11} />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {onSwitch === undefined ? null : name === undefined ? (
        <Button
          size="small"
          tone="quiet"
          icon={<Plus size={12} />}
          onClick={() => setName(own !== undefined && !set.templates.includes(own) ? own : '')}
        >
          Template
        </Button>
      ) : (
        <form onSubmit={add}>
          <Input
            aria-label={`Template in which “${set.title}” holds`}
            value={name}
            maxLength={60}
            placeholder="name of a template"
            autoFocus
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setName(undefined);
            }}
          />
          <Button size="small" type="submit" disabled={wanted === ''}>
            Add
          </Button>
        </form>
      )}
    </div>
  );
}

import { Button, Dialog, Field, IconButton, Input, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { Bookmark, BookmarkPlus, Check, Pencil, Trash2 } from 'lucide-react';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useStore } from '../../platform/store.ts';
import { useSession } from '../../platform/useSession.ts';
import { isSameLook, type SavedView, SavedViewsModel, type WallLook } from './savedViews.ts';

/** Named ways to look at the wall: chosen from a menu, kept, renamed and deleted in a dialog. */
export function SavedViews({ look, onLook }: { look: WallLook; onLook: (look: WallLook) => void }) {
  const session = useSession();
  const person = session.phase === 'open' ? session.session.token.id : 'nobody';
  const model = useMemo(() => new SavedViewsModel(person), [person]);
  const views = useStore(model);
  const [open, setOpen] = useState(false);
  const now = views.find((view) => isSameLook(view.look, look));
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button icon={<Bookmark size={13} />} aria-label={now === undefined ? 'Views' : `View: ${now.name}`}>
            {now?.name ?? 'Views'}
          </Button>
        }
      >
        {views.map((view) => (
          <MenuItem
            key={view.name}
            icon={view === now ? <Check size={13} /> : undefined}
            onSelect={() => onLook(view.look)}
          >
            <bdi className="wall-labels-name">{view.name}</bdi>
          </MenuItem>
        ))}
        {views.length > 0 ? <MenuSeparator /> : null}
        <MenuItem icon={<BookmarkPlus size={13} />} onSelect={() => setOpen(true)}>
          {views.length === 0 ? 'Save this view…' : 'Save, rename, delete…'}
        </MenuItem>
      </Menu>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Views"
        description="Filter, words, labels, order and layout under a name. Kept in this browser, for you."
        actions={<Button onClick={() => setOpen(false)}>Done</Button>}
      >
        <SaveForm model={model} look={look} />
        {views.length === 0 ? null : (
          <ul className="views">
            {views.map((view) => (
              <ViewRow key={view.name} view={view} model={model} />
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}

function SaveForm({ model, look }: { model: SavedViewsModel; look: WallLook }) {
  const id = useId();
  const [name, setName] = useState('');
  const [wrong, setWrong] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const problem = model.save(name, look);
    setWrong(problem);
    if (problem === undefined) setName('');
  };
  return (
    <form id={id} className="views-save" onSubmit={submit} noValidate>
      <Field label="Name of the view as it is now" error={wrong}>
        <Input value={name} onValueChange={setName} placeholder="Failed of team checkout" />
      </Field>
      <Button type="submit" tone="primary">
        Save
      </Button>
    </form>
  );
}

function ViewRow({ view, model }: { view: SavedView; model: SavedViewsModel }) {
  const [name, setName] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string>();
  const rename = (event: FormEvent) => {
    event.preventDefault();
    const problem = model.rename(view.name, name ?? view.name);
    setWrong(problem);
    if (problem === undefined) setName(null);
  };
  if (name !== null)
    return (
      <li>
        <form className="views-save" onSubmit={rename} noValidate>
          <Field label={`New name of ${view.name}`} error={wrong}>
            <Input value={name} onValueChange={setName} autoFocus />
          </Field>
          <Button type="submit">Rename</Button>
        </form>
      </li>
    );
  return (
    <li className="views-row">
      <bdi>{view.name}</bdi>
      <IconButton size="small" label={`Rename ${view.name}`} onClick={() => setName(view.name)}>
        <Pencil size={13} />
      </IconButton>
      <IconButton size="small" label={`Delete ${view.name}`} onClick={() => model.remove(view.name)}>
        <Trash2 size={13} />
      </IconButton>
    </li>
  );
}

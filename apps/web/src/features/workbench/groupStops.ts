/**
 * F6 and Shift F6 go around the groups of panes, as in a desktop's windows: each time to the tab that is shown; and to what
 * beside them says that it is a stop (`data-group-stop`), such as the timeline.
 */
export function focusGroup(root: HTMLElement | null, by: 1 | -1): void {
  const stops = [
    ...(root?.querySelectorAll<HTMLElement>('.dv-groupview .dv-tab.dv-active-tab') ?? []),
    ...document.querySelectorAll<HTMLElement>('[data-group-stop]'),
  ];
  const placeOf = (stop: HTMLElement) => stop.closest('.dv-groupview') ?? stop;
  const at = stops.findIndex((stop) => placeOf(stop).contains(document.activeElement));
  stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length]?.focus();
}

/** Numbers with a unit: kept in the smallest one, written in the largest that divides them. */

const durations = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 } as const;
const sizes = { B: 1, KB: 1_000, MB: 1_000_000, GB: 1_000_000_000 } as const;

const unitsOf = { duration: durations, bytes: sizes } as const;
export type UnitType = keyof typeof unitsOf;

export const unitNames = (type: UnitType): string[] => Object.keys(unitsOf[type]);

export function findUnit(type: UnitType, name: string): number | undefined {
  const units: Readonly<Record<string, number>> = unitsOf[type];
  return Object.hasOwn(units, name) ? units[name] : undefined;
}

export function printUnit(type: UnitType, value: number): string {
  const units = Object.entries(unitsOf[type]).reverse();
  const [name, factor] =
    units.find(([, each]) => value !== 0 && value % each === 0) ?? (units.at(-1) as [string, number]);
  return `${value / factor}${name}`;
}

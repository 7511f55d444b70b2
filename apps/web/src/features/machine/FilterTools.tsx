import { Input, type Segment, Segments } from '@sandglass/ui';

interface FilterToolsProps<T extends string> {
  readonly label: string;
  readonly placeholder: string;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** Of which kind, or in which order. */
  readonly choice: {
    readonly label: string;
    readonly value: T;
    readonly segments: readonly Segment<T>[];
    readonly onChange: (value: T) => void;
  };
}

/** Over a list: words to find in it, and one choice. */
export function FilterTools<T extends string>({ label, placeholder, filter, onFilter, choice }: FilterToolsProps<T>) {
  return (
    <div className="machine-tools">
      <Input
        aria-label={label}
        placeholder={placeholder}
        value={filter}
        onChange={(event) => onFilter(event.target.value)}
      />
      <Segments {...choice} />
    </div>
  );
}

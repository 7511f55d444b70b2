import { useEffect, useState } from 'react';

/** A pointer that passes over asks for nothing. */
const REST_MS = 70;

/** The value once it has rested. */
export function useRested<T>(value: T, restMs = REST_MS): T | undefined {
  const [rested, setRested] = useState<{ value: T } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRested({ value }), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested !== null && Object.is(rested.value, value) ? value : undefined;
}

/** What a bundle may ask of who opens it. Far above what is ever written, far below what hurts. */
export const bundleLimits = {
  /** A day of a busy desktop is about 25,000. */
  entries: 100_000,
  /** The list of its entries is read whole; 100,000 of them are 12 MB. */
  readBytes: 96 * 1_048_576,
  /** Written at 4 MB, or as long as its one frame. */
  segmentBytes: 64 * 1_048_576,
  manifestBytes: 64 * 1_048_576,
  /** Files are kept whole up to 1 MB. */
  blobBytes: 2 * 1_048_576,
  factsBytes: 8 * 1_048_576,
  /** Agents that run others begin dozens. */
  conversations: 2_000,
  /** Of one conversation at once: a model's context is a few megabytes; what came before stays unread. */
  conversationBytes: 48 * 1_048_576,
  /** Written at half a megabyte, or as long as its one event. */
  eventsBytes: 16 * 1_048_576,
} as const;

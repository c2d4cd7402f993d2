/** A positive memory size in DuckDB's format. */
export const MEMORY_SIZE = {
  pattern: /^(?=.*[1-9])\d+(\.\d+)? ?[KMGT]i?B$/i,
  name: "a size like 2GB or 512MiB",
} as const;

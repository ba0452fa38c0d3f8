/** The hour that chains of a time are about, in UTC, for example `2026-11-26T20`. */
export const chainHour = (time: Date): string => time.toISOString().slice(0, 13);

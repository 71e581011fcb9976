// The samples' data moves with the calendar, so that an overdue invoice stays overdue.
const dayMs = 86_400_000;

/** The date `days` from today (UTC), as YYYY-MM-DD. */
export const day = (days) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

/** Whole days from a date to today; negative when it lies ahead. */
export const daysSince = (date) => Math.round((Date.parse(day(0)) - Date.parse(date)) / dayMs);

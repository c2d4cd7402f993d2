/** Discogs' terms for data from its API, which apply to a collection and not to the dumps. */
export const API_TERMS = "https://support.discogs.com/hc/en-us/articles/360009334593-API-Terms-of-Use";

import type { components } from "./schema";

/** What a page shows of an artist right now. */
export type ArtistNow = components["schemas"]["ArtistNow"];
/** Every artist of the server. */
export type ArtistList = components["schemas"]["ArtistList"];

const ARTISTS = "/api/v1/artists";

/** Where things are; the same words as the server's router. */
export const route = {
  artists: ARTISTS,
  artist: (slug: string) => `${ARTISTS}/${encodeURIComponent(slug)}`,
  artistEvents: (slug: string) => `${ARTISTS}/${encodeURIComponent(slug)}/events`,
  time: "/api/v1/time",
  listen: (slug: string) => `/whep/${encodeURIComponent(slug)}`,
} as const;

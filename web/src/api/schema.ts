export interface components {
    schemas: {
        ArtistNow: {
            slug: string;
            name: string;
            state: components["schemas"]["RoomState"];
            performance?: null | components["schemas"]["PerformanceNow"];
            /** Format: int32 */
            listeners: number;
        };
        ArtistList: { artists: components["schemas"]["ArtistNow"][] };
        PerformanceNow: { id: string; title: string; artist_name?: string | null; started_ms: number };
        /** @enum {string} */
        RoomState: "off_air" | "live" | "reconnecting" | "ended";
    };
}

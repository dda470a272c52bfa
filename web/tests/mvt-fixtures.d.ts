declare module '@mapbox/mvt-fixtures' {
  export interface Fixture {
    id: string;
    description: string;
    buffer: Uint8Array;
    validity: { v1: boolean; v2: boolean; error?: string };
  }
  export function each(use: (fixture: Fixture) => void): void;
}

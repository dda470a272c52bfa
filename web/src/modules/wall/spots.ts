/** A case as the stage draws it: moments in seconds since 1970, `ended` 0 while it is open. */
export interface CaseSpot {
  id: number;
  lon: number;
  lat: number;
  severity: number;
  reported: number;
  ended: number;
  category: string;
  /** The code of its grid. */
  region: number;
}

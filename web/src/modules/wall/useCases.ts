import { useCallback, useEffect, useRef, useState } from 'react';
import { client, take } from '../../api/client';
import { type Change, useLive } from '../../map/live';
import type { Happening } from './panels/Stream';
import { past } from './past';
import type { CaseSpot } from './spots';

const SHOWN = 40;
/** Figures follow the changes, but not each of 200 in a second. */
const FIGURES_MS = 250;
/** Cases that ended longer ago aren't asked for. */
const RECENT_MS = 2 * 3_600_000;
const ENDED = ['closed', 'voided', 'refused', 'merged'];
/** A case that nobody saw being reported is one that has changed. */
const NEW_S = 600;

const seconds = (text: unknown): number =>
  typeof text === 'string' ? Date.parse(text) / 1000 : typeof text === 'number' ? text : 0;

/** What the archives hold is counted anew at most so often. */
const ARCHIVES_MS = 2_000;
const AGAIN_MS = 3_000;

interface Handlers {
  /** All cases anew. */
  whole: (spots: CaseSpot[]) => void;
  put: (spot: CaseSpot, happening: Happening) => void;
  drop: (id: number, happening: Happening | null) => void;
  /** Cases have changed that figures count. */
  stale: () => void;
  /** Layers of the archives have changed. */
  archives: (layers: ReadonlySet<string>) => void;
}

/** The open cases of the reader's scope, loaded once and followed from then on. */
export function useCases(handlers: Handlers): {
  connected: boolean;
  happenings: Happening[];
  spots: () => ReadonlyMap<number, CaseSpot>;
  version: number;
} {
  const spots = useRef(new Map<number, CaseSpot>());
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const [happenings, setHappenings] = useState<Happening[]>([]);
  /** Grows with each change of the cases, at most a few times a second. */
  const [version, setVersion] = useState(0);
  const waiting = useRef<Happening[]>([]);
  const timer = useRef<number | undefined>(undefined);

  const flushSoon = useCallback(() => {
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      const fresh = waiting.current.splice(0).reverse();
      if (fresh.length > 0) setHappenings((before) => [...fresh, ...before].slice(0, SHOWN));
      setVersion((before) => before + 1);
      latest.current.stale();
    }, FIGURES_MS);
  }, []);
  const changedLayers = useRef(new Set<string>());
  const archives = useRef<number | undefined>(undefined);
  const again = useRef<number | undefined>(undefined);
  const turn = useRef(0);
  /** What changes while the cases are loaded: the answer may be older. */
  const meanwhile = useRef<(() => void)[] | null>(null);
  useEffect(() => () => [timer, archives, again].forEach(({ current }) => window.clearTimeout(current)), []);

  const load = useCallback(async () => {
    const now = Date.now();
    const query = { from: new Date(now - RECENT_MS).toISOString(), to: new Date(now + RECENT_MS).toISOString() };
    const moments = await take(client.GET('/api/cases/moments', { params: { query } }));
    const open = moments.ids.flatMap((id, at): CaseSpot[] =>
      (moments.ended[at] ?? 0) > 0
        ? []
        : [
            {
              id,
              lon: moments.lon[at] ?? 0,
              lat: moments.lat[at] ?? 0,
              severity: moments.severity[at] ?? 1,
              reported: moments.reported[at] ?? 0,
              ended: 0,
              category: moments.category[at] ?? '',
              region: moments.region[at] ?? 0,
            },
          ],
    );
    spots.current = new Map(open.map((spot) => [spot.id, spot]));
    latest.current.whole(open);
    setVersion((before) => before + 1);
    setHappenings((before) => (before.length > 0 ? before : past(moments, now).slice(0, SHOWN)));
  }, []);
  /** Everything anew, until it succeeds. */
  const whole = useCallback(() => {
    window.clearTimeout(again.current);
    turn.current += 1;
    const mine = turn.current;
    meanwhile.current ??= [];
    load().then(
      () => {
        if (mine !== turn.current) return;
        const waited = meanwhile.current ?? [];
        meanwhile.current = null;
        waited.forEach((apply) => apply());
        latest.current.stale();
      },
      () => {
        if (mine === turn.current) again.current = window.setTimeout(whole, AGAIN_MS);
      },
    );
  }, [load]);

  const changed = (change: Change, key: string) => {
    if (change.layer !== 'case') {
      changedLayers.current.add(change.layer);
      archives.current ??= window.setTimeout(() => {
        archives.current = undefined;
        latest.current.archives(changedLayers.current);
        changedLayers.current = new Set();
      }, ARCHIVES_MS);
      return;
    }
    if (meanwhile.current) meanwhile.current.push(() => apply(change, key));
    else apply(change, key);
  };
  const apply = (change: Change, key: string) => {
    const before = spots.current.get(change.id);
    if (change.op === 'remove') {
      spots.current.delete(change.id);
      latest.current.drop(change.id, null);
      flushSoon();
      return;
    }
    const { properties = {}, lon = 0, lat = 0 } = change;
    const status = String(properties['status'] ?? 'reported');
    const ended = ENDED.includes(status);
    const spot: CaseSpot = {
      id: change.id,
      lon,
      lat,
      severity: Number(properties['severity'] ?? 1),
      reported: seconds(properties['reported_at']),
      ended: ended ? seconds(properties['closed_at']) || Date.now() / 1000 : 0,
      category: String(properties['category'] ?? ''),
      region: change.region ?? 0,
    };
    const fresh = !before && Date.now() / 1000 - spot.reported < NEW_S;
    const happening: Happening = {
      key,
      id: change.id,
      at: Date.now(),
      category: String(properties['category'] ?? ''),
      severity: spot.severity,
      region: change.region ?? 0,
      what: ended ? 'ended' : fresh ? 'reported' : 'changed',
      status,
      lon,
      lat,
    };
    waiting.current.push(happening);
    if (waiting.current.length > SHOWN) waiting.current.shift();
    if (ended) {
      spots.current.delete(change.id);
      latest.current.drop(change.id, happening);
    } else {
      spots.current.set(change.id, spot);
      latest.current.put(spot, happening);
    }
    flushSoon();
  };

  // Loaded once the stream stands, so that nothing falls between the two.
  const connected = useLive(changed, whole, whole);
  return { connected, happenings, version, spots: useCallback(() => spots.current, []) };
}

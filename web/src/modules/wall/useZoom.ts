import { useEffect, useState } from 'react';

const TALL = 1080;
/** A wide wall is looked at from four metres and has room beside its map: everything on it is so much larger. */
const WIDE_SCALE = 1.4;

export interface Zoom {
  zoom: number;
  wide: boolean;
  narrow: boolean;
}

function measure(): Zoom {
  const zoom = Math.max(0.75, innerHeight / TALL);
  const wide = innerWidth / zoom > 2_700;
  return { zoom: wide ? zoom * WIDE_SCALE : zoom, wide, narrow: innerWidth < 1_100 };
}

/** How much larger than drawn everything is: the wall is composed for 1,080 pixels of height. */
export function useZoom(): Zoom {
  const [size, set] = useState(measure);
  useEffect(() => {
    const changed = () => set(measure());
    addEventListener('resize', changed);
    return () => removeEventListener('resize', changed);
  }, []);
  // What floats over the wall hangs on the page itself.
  useEffect(
    () => document.documentElement.style.setProperty('--wallZoom', String(size.narrow ? 1 : Math.max(1, size.zoom))),
    [size],
  );
  return size;
}

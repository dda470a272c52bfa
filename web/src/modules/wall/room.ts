import type { Insets } from './stage';

/** What the panels leave of the map, with some air. */
export function room(map: HTMLElement): Insets {
  const whole = map.getBoundingClientRect();
  const air = Math.round(whole.height * 0.03);
  const centre = map.parentElement?.querySelector('.wall-centre')?.getBoundingClientRect();
  const foot = map.parentElement?.querySelector('.wall-foot')?.getBoundingClientRect();
  if (!centre || !foot || centre.top >= whole.bottom) return { top: air, right: air, bottom: air, left: air };
  const scale = whole.height / map.offsetHeight || 1;
  const edges = {
    top: Math.max(0, centre.top - whole.top) + air,
    right: Math.max(0, whole.right - centre.right) + air,
    bottom: Math.max(0, whole.bottom - foot.top) + air,
    left: Math.max(0, centre.left - whole.left) + air,
  };
  // The map reckons in its own pixels, which are shown larger on a large wall.
  return { top: edges.top / scale, right: edges.right / scale, bottom: edges.bottom / scale, left: edges.left / scale };
}

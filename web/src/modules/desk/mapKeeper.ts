import { forgetWithReader } from '../../api/reader';
import type { Events, MapController, View } from '../../map/controller';

/** The map in its place on the page. */
interface Kept {
  place: HTMLDivElement;
  controller: MapController;
}

/** The map outlives its page: who comes back finds it as it was, drawn already. Another reader gets another. */
let kept: Kept | null = null;
let attached = false;

forgetWithReader(() => {
  const before = kept;
  kept = null;
  // A page that still has it lets go of it first.
  if (before && !attached) before.controller.destroy();
});

type Make = new (
  container: HTMLElement,
  start: View | [number, number, number, number],
  events: Events,
) => MapController;

interface Attached {
  controller: MapController;
  /** Whether it was there before. */
  isKept: boolean;
  /** Takes it off the page again. */
  detach: () => void;
}

/** Attaches the map to a place of the page, made anew where there is none. */
export function attachMap(
  into: HTMLElement,
  Controller: Make,
  start: View | [number, number, number, number],
  events: Events,
): Attached {
  const isKept = kept !== null;
  if (!kept) {
    const place = document.createElement('div');
    place.id = 'map';
    place.className = 'map';
    place.dataset['testid'] = 'map';
    place.setAttribute('role', 'region');
    into.append(place);
    kept = { place, controller: new Controller(place, start, events) };
  } else {
    into.append(kept.place);
    kept.controller.map.resize();
    kept.controller.handOver(events);
  }
  const mine = kept;
  attached = true;
  return {
    controller: mine.controller,
    isKept,
    detach: () => {
      attached = false;
      mine.place.remove();
      // What stands on it is taken away by those who put it there, before it is taken apart.
      if (mine !== kept) window.setTimeout(() => mine.controller.destroy());
    },
  };
}

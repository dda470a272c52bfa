/** Whether fingers are all there is: no pointer that double-clicks, and most likely no keys. */
export const isTouch = () => matchMedia('(hover: none)').matches;

/** Whether the panels lie over the map, not beside it (see desk.css). */
export const isNarrow = () => matchMedia('(max-width: 900px)').matches;

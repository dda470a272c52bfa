import { Map as MapLibre } from 'maplibre-gl';
import { type Face, faces, mapFont } from '../theme';
import { type Marked, Marks } from './marks';
import { type Colouring, type Outlined, Overlay } from './overlay';
import { ownerOf, type Stack, Stacking } from './stack';
import { mapWords, speak } from './words';

const STYLES: Record<Face['name'], string> = { light: 'desk-light', dark: 'wall-dark' };

/** A second map over the first, whose camera it follows. It takes no part in what is clicked. */
export class SwipeMap {
  private readonly map: MapLibre;
  private readonly marks: Marks;
  private readonly overlay: Overlay;
  private stacking: Stacking | null = null;
  private hidden: ReadonlySet<string> = new Set();
  private stack: Stack | null = null;

  constructor(
    container: HTMLElement,
    private readonly main: MapLibre,
    face: Face['name'],
    onDrawn: () => void,
  ) {
    this.map = new MapLibre({
      container,
      style: `/styles/${STYLES[face]}.json`,
      ...this.camera(),
      minZoom: 0,
      maxZoom: 24,
      maxPitch: 85,
      interactive: false,
      attributionControl: false,
      localIdeographFontFamily: mapFont,
      locale: mapWords(),
      fadeDuration: 0,
    });
    speak(this.map);
    this.map.getCanvas().removeAttribute('tabindex');
    this.map.getContainer().style.background = faces[face].map.ground;
    this.marks = new Marks(this.map, faces[face]);
    this.overlay = new Overlay(this.map, faces[face]);
    this.map.once('load', () => {
      this.stacking = new Stacking(this.map);
      this.show(this.hidden, this.stack);
    });
    this.map.on('idle', onDrawn);
    main.on('move', this.follow);
  }

  private camera() {
    return {
      center: this.main.getCenter(),
      zoom: this.main.getZoom(),
      bearing: this.main.getBearing(),
      pitch: this.main.getPitch(),
    };
  }

  private readonly follow = () => {
    this.map.jumpTo(this.camera());
  };

  /** Hides layers and lays the others on each other. */
  show(hidden: ReadonlySet<string>, stack: Stack | null): void {
    [this.hidden, this.stack] = [hidden, stack];
    if (!this.stacking) return;
    for (const layer of this.map.getStyle().layers) {
      const name = ownerOf(layer);
      if (name !== null) this.map.setLayoutProperty(layer.id, 'visibility', hidden.has(name) ? 'none' : 'visible');
    }
    if (stack) this.stacking.apply(stack);
  }

  colour(colouring: Colouring | null): void {
    this.overlay.colour(colouring);
  }

  /** Marks what the first map marks. */
  mark(marked: Marked): void {
    this.marks.show(marked);
  }

  choose(codes: readonly number[]): void {
    this.overlay.choose(codes);
  }

  outline(areas: readonly Outlined[]): void {
    this.overlay.outline(areas);
  }

  destroy(): void {
    this.main.off('move', this.follow);
    this.overlay.destroy();
    this.map.remove();
  }
}

import type { Polygon, Position } from 'geojson';
import { type Map as MapLibre, Marker } from 'maplibre-gl';
import { type Circle, circle, reachOf, round } from './circle';

/** A drawn shape that can be corrected: by its corners, by its middle line, or by its centre and its edge. */
export type Editable =
  | { kind: 'polygon'; corners: Position[] }
  | { kind: 'line'; points: Position[] }
  | ({ kind: 'circle' } & Circle);

export interface HandleWords {
  corner: string;
  centre: string;
  edge: string;
  metres: (radius: number) => string;
}

/** More handles than these would hide what they correct. */
const MOST = 60;

const closed = (corners: readonly Position[]): Polygon => ({
  type: 'Polygon',
  coordinates: [[...corners, corners[0] as Position]],
});

/** Handles on the map by which a drawn area is corrected with a mouse or a finger; a shape with too many corners has none. */
export class Handles {
  private markers: Marker[] = [];

  constructor(
    private readonly map: MapLibre,
    private readonly words: HandleWords,
    private readonly on: { preview: (polygon: Polygon) => void; done: (shape: Editable) => void },
  ) {}

  show(shape: Editable | null): void {
    for (const marker of this.markers) marker.remove();
    this.markers = [];
    if (shape?.kind === 'circle') this.circle(shape);
    if (shape?.kind === 'polygon' && shape.corners.length <= MOST)
      this.corners(
        shape.corners,
        (corners) => this.on.preview(closed(corners)),
        (corners) => this.on.done({ kind: 'polygon', corners }),
      );
    if (shape?.kind === 'line' && shape.points.length <= MOST)
      this.corners(
        shape.points,
        () => undefined,
        (points) => this.on.done({ kind: 'line', points }),
      );
  }

  private corners(
    places: readonly Position[],
    preview: (places: Position[]) => void,
    done: (places: Position[]) => void,
  ): void {
    const moved = places.map((place) => [...place]);
    places.forEach((place, index) => {
      this.handle(
        place,
        this.words.corner,
        (at) => {
          moved[index] = at;
          preview(moved);
        },
        () => done(moved),
      );
    });
  }

  private circle({ centre, radius }: Circle): void {
    const now = { centre, radius };
    const edgeOf = () => circle(now.centre, now.radius, 4).coordinates[0]?.[0] as Position;
    const preview = () => this.on.preview(circle(now.centre, now.radius));
    const done = () => this.on.done({ kind: 'circle', ...now });
    const edge = this.handle(
      edgeOf(),
      this.words.edge,
      (at) => {
        now.radius = Math.max(1, Math.round(reachOf(now.centre, at)));
        edge.getElement().dataset['says'] = this.words.metres(now.radius);
        preview();
      },
      done,
    );
    edge.getElement().dataset['says'] = this.words.metres(radius);
    this.handle(
      centre,
      this.words.centre,
      (at) => {
        now.centre = at;
        edge.setLngLat(edgeOf() as [number, number]);
        preview();
      },
      done,
    );
  }

  private handle(place: Position, title: string, moved: (at: Position) => void, done: () => void): Marker {
    const element = document.createElement('div');
    element.className = 'handle';
    element.title = title;
    // A click on a handle means the handle, not the region under it.
    for (const kind of ['click', 'dblclick']) element.addEventListener(kind, (event) => event.stopPropagation());
    const marker = new Marker({ element, draggable: true }).setLngLat([place[0] ?? 0, place[1] ?? 0]).addTo(this.map);
    element.setAttribute('aria-label', title);
    marker.on('drag', () => {
      const { lng, lat } = marker.getLngLat();
      moved([round(lng), round(lat)]);
    });
    marker.on('dragend', done);
    this.markers.push(marker);
    return marker;
  }
}

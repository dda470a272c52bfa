import { layerOf } from '../api/declared';
import { type Face, tokens } from '../theme';

/** What a layer is drawn in, by the palette's name that its module gives it. */
export function layerColour(name: string, face: Face = tokens): string {
  const role = layerOf(name)?.colour ?? name;
  const own: unknown = (face as unknown as Record<string, unknown>)[role];
  const boundary: string | undefined = (face.map.boundaries as Record<string, string>)[role];
  return typeof own === 'string' ? own : (boundary ?? face.muted);
}

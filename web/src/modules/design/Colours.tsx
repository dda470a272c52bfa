import { useI18n } from '../../i18n';
import { type Face, scaleNames, useFace } from '../../theme';
import { contrast, linear, type Sight, seen, sights } from '../../theme/colour';
import { Block } from './Block';
import { type TextKey, words } from './words';

const SIGHTS: Record<Sight, TextKey> = {
  normal: 'designNormal',
  deuteranopia: 'designDeutan',
  protanopia: 'designProtan',
  tritanopia: 'designTritan',
};
/** Linear light back to what a style sheet writes. */
function css(parts: readonly number[]): string {
  const [r = 0, g = 0, b = 0] = parts.map((part) =>
    Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055)),
  );
  return `rgb(${r} ${g} ${b})`;
}

/** A colour with its name, its value and its contrast: on the surface, or with what is said. */
function Swatches({ of, against }: { of: readonly (readonly [name: string, colour: string])[]; against?: string }) {
  const face = useFace();
  return (
    <ul className="design-swatches">
      {of.map(([name, colour]) => (
        <li key={name}>
          <span className="design-chip" style={{ background: colour }} />
          <b title={name}>{name}</b>
          <code>{colour}</code>
          <span className="design-ratio">{contrast(colour, against ?? face.surface).toFixed(1)}</span>
        </li>
      ))}
    </ul>
  );
}

function pick<K extends keyof Face>(face: Face, ...names: K[]): [string, string][] {
  return names.map((name) => [name, String(face[name])]);
}

export function Colours() {
  const face = useFace();
  const numbered = (name: string, colours: readonly string[]) =>
    colours.map((colour, at) => [`${name} ${at + 1}`, colour] as const);
  return (
    <>
      <Block title="designText">
        <Swatches of={pick(face, 'ink', 'muted', 'faint')} />
      </Block>
      <Block title="designGrounds">
        <Swatches of={pick(face, 'surface', 'sunken', 'ground', 'line')} against={face.ink} />
      </Block>
      <Block title="designSigns">
        <Swatches of={pick(face, 'brand', 'brandDeep', 'brandSoft', 'accent', 'good', 'danger')} />
      </Block>
      <Block title="designKinds">
        <Swatches
          of={pick(face, 'case', 'closed', 'person', 'male', 'female', 'organisation', 'component', 'building', 'road')}
        />
      </Block>
      <Block title="designSeverities">
        <Swatches of={numbered('severity', face.severities)} />
      </Block>
      <Block title="designSeries">
        <Swatches of={numbered('series', face.series)} />
      </Block>
    </>
  );
}

export function Scales() {
  const face = useFace();
  const { t } = useI18n(words);
  const rows: [string, readonly string[]][] = [
    ...scaleNames.map((name) => [name, face.scales[name]] as [string, readonly string[]]),
    ['series', face.series],
    ['severity', face.severities],
  ];
  return (
    <div className="design-sights">
      <span />
      {sights.map((sight) => (
        <b key={sight}>{t(SIGHTS[sight])}</b>
      ))}
      {rows.map(([name, colours]) => [
        <b key={name}>{name}</b>,
        ...sights.map((sight) => (
          <span className="design-scale" key={`${name}-${sight}`}>
            {colours.map((colour) => (
              <i key={colour} style={{ background: css(sight === 'normal' ? linear(colour) : seen(colour, sight)) }} />
            ))}
          </span>
        )),
      ])}
    </div>
  );
}

export function MapColours() {
  const { map } = useFace();
  return (
    <>
      <Block title="designRoads">
        <Swatches of={Object.entries(map.roads)} against={map.land} />
      </Block>
      <Block title="designBoundaries">
        <Swatches of={Object.entries(map.boundaries)} against={map.land} />
      </Block>
      <Block title="designBuildings">
        <Swatches of={Object.entries(map.buildings)} against={map.land} />
      </Block>
    </>
  );
}

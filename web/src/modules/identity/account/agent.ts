const BROWSERS: [name: string, sign: RegExp][] = [
  ['WeChat', /MicroMessenger/],
  ['DingTalk', /DingTalk/],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Firefox', /Firefox\/|FxiOS/],
  ['Chrome', /Chrom(e|ium)\/|CriOS/],
  ['Safari', /Safari\//],
];
const SYSTEMS: [name: string, sign: RegExp][] = [
  ['HarmonyOS', /HarmonyOS|OpenHarmony/],
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux|X11/],
];

/** The browser and the system that a `User-Agent` names, for people; the text itself where it names none. */
export function device(agent: string): string {
  const named = [BROWSERS, SYSTEMS]
    .map((known) => known.find(([, sign]) => sign.test(agent))?.[0])
    .filter((name) => name !== undefined);
  return named.length > 0 ? named.join(' · ') : agent.slice(0, 40);
}

/** What people call somebody, out of a name as certificates have it. */
export function commonName(subject: string): string {
  return /(?:^|,\s*)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? subject;
}

/** A name as certificates have it, to be read: an identity number in it keeps its middle to itself. */
export function shown(name: string): string {
  return name.replaceAll(/(?<!\\),(?! )/g, ', ').replaceAll(/(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)/g, '$1********$2');
}

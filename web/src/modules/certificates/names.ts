/** What people call somebody, out of a name as certificates have it. */
export function commonName(subject: string): string {
  return /(?:^|,\s*)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? subject;
}

/** Words with names as certificates have them, to be read: an identity number keeps its middle to itself. */
export function shown(words: string): string {
  return words.replaceAll(/(?<!\\),(?! )/g, ', ').replaceAll(/(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)/g, '$1********$2');
}

import { forgetWithReader } from '../../api/reader';

let last: string | null = null;
forgetWithReader(() => {
  last = null;
});

/** The map's address as its reader left it, in this window; nothing before they were there. */
export const lastAddress = (): string | null => last;

export function keepAddress(address: string): void {
  last = address;
}

import type { StyleSpecification } from 'maplibre-gl';

export const styles: Record<'desk-light' | 'wall-dark', 'light' | 'dark'>;
export function style(name: keyof typeof styles): StyleSpecification;
/** The files as they are committed, by their place below `src`. */
export function files(): Record<string, string>;
export declare const FIRST_PARTS: Record<string, string>;

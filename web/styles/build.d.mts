import type { StyleSpecification } from 'maplibre-gl';

export const styles: Record<'desk-light' | 'wall-dark', 'light' | 'dark'>;
export function style(name: keyof typeof styles): StyleSpecification;
export function document(name: keyof typeof styles): string;

/** The kinds of agencies. */
export const kinds = ['party', 'government', 'department', 'street', 'community', 'grid', 'provider'] as const;

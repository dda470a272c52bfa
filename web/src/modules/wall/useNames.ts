import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, take } from '../../api/client';
import { levelOf, parentOf } from '../../api/levels';
import { areaName } from './names';

/** What regions are called, for the stream: a grid by its street and community. */
export function useNames(): (region: number) => string {
  const labels = useQuery({
    queryKey: ['labels'],
    queryFn: () => take(client.GET('/api/regions/labels.geojson')),
    staleTime: 600_000,
  });
  return useMemo(() => {
    const features =
      (labels.data as { features?: { id: number; properties: { name: string } }[] } | undefined)?.features ?? [];
    const names = new Map(features.map(({ id, properties }) => [id, properties.name]));
    return (region: number) => {
      const community = levelOf(region) === 'grid' ? parentOf(region) : region;
      return [names.get(parentOf(community)), areaName(names.get(community) ?? '')].filter(Boolean).join(' ') || '—';
    };
  }, [labels.data]);
}

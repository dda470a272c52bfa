import type { RefObject } from 'react';

interface Row {
  key: string;
  name: string;
  value: number;
  text: string;
}

/** Names with bars, the longest for the largest. */
export function Bars({
  rows,
  colour,
  list,
}: {
  rows: Row[];
  colour: string;
  list?: RefObject<HTMLOListElement | null>;
}) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return (
    <ol ref={list} className="wall-bars" style={{ '--bar': colour }}>
      {rows.map((row) => (
        <li key={row.key}>
          <span className="wall-bar-name" title={row.name}>
            {row.name}
          </span>
          <span className="wall-bar-track">
            <i style={{ width: `${(row.value / most) * 100}%` }} />
          </span>
          <b>{row.text}</b>
        </li>
      ))}
    </ol>
  );
}

/** A small line of figures without axes, for a card: how something went, not how much it was. */
export function Sparkline({
  values,
  label,
  height = 36,
}: {
  values: readonly number[];
  label: string;
  height?: number;
}) {
  if (values.length < 2) return null;
  const most = Math.max(1, ...values);
  const width = 200;
  const points = values.map(
    (value, at) =>
      `${((at / (values.length - 1)) * width).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
  );
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="var(--brand)"
        strokeWidth="2"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

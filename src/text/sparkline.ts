const HEIGHTS = '▁▂▃▄▅▆▇█';

// Equal values are drawn at half height: a row of full blocks would look like a peak.
const ROOM_ABOVE = 1.6;

/**
 * Draws numbers (0 or more) as a row of bars, one cell each, in order. The scale starts at zero:
 * twice as much is twice as high.
 */
export function sparkline(values: readonly number[]): string {
  const middle = values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
  const top = Math.max(1, ...values, middle * ROOM_ABOVE);
  return values.map((value) => HEIGHTS[Math.max(0, Math.round((value / top) * HEIGHTS.length) - 1)] as string).join('');
}

import { Box, Transform, useStdout } from 'ink';
import { createContext, memo, use } from 'react';

/** The width for which the lines on the screen were made; null where nobody says. */
export const MadeForWidth = createContext<number | null>(null);

// Ink measures and tokenises every text anew for each frame, which costs more than all else where bars and dots are on it.
// These lines are known to fit: so ink is given one space, and the line in its place when it paints.
const PaintedLine = memo(function PaintedLine({ text }: { readonly text: string }) {
  const width = use(MadeForWidth);
  const stdout = useStdout().stdout as Partial<NodeJS.WriteStream>;
  // After a resize ink paints once before anybody can make new lines: the old ones would wrap, and what wraps stays behind.
  const paint = () => (width === null || stdout.columns === width ? text : '');
  return (
    <Transform transform={paint} accessibilityLabel={text}>
      {' '}
    </Transform>
  );
});

/** Painted lines, one below the other: each is drawn again only when its string changes. */
export function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column">
      {lines.map((text, index) => (
        // A line is its place on the screen.
        <PaintedLine key={index} text={text} />
      ))}
    </Box>
  );
}

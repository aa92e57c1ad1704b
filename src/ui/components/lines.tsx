import { Box, Text } from 'ink';
import { memo } from 'react';

// One Text with a ready-made string is the cheapest row that ink can draw; unchanged ones are not even looked at again.
const PaintedLine = memo(function PaintedLine({ text }: { readonly text: string }) {
  return <Text wrap="truncate-end">{text}</Text>;
});

/** Painted lines, one below the other: each is drawn again only when its string changes. */
export function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column">
      {lines.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <PaintedLine key={index} text={text === '' ? ' ' : text} />
      ))}
    </Box>
  );
}

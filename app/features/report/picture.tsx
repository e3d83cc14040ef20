import type { JSX } from 'preact';
import { encodeQR } from 'qr';

/** Cells of white around the picture, which readers need (ISO/IEC 18004). */
const QUIET = 4;

/** A text as a QR code: dark on white in every colour scheme, or no camera reads it. */
export function Picture({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const cells = encodeQR(text, 'raw', { ecc: 'low', border: QUIET });
  const path = cells.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      class="ll-report-picture"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${cells.length} ${cells.length}`}
      shape-rendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

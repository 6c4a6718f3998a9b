import { useEffect, useId, useRef, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../../store/theme.js';
import styles from './Plot.module.css';
import { moment } from './words.js';

export interface Line {
  readonly name: string;
  /** One for each x; null where there is none. */
  readonly values: readonly (number | null)[];
  /** A line tells itself from the others without its colour, too. */
  readonly look: 'first' | 'second';
  readonly points?: boolean;
  readonly stepped?: boolean;
}

const HEIGHT = 200;
const dashes = { first: [], second: [6, 4] };
const DARK = matchMedia('(prefers-color-scheme: dark)');

/**
 * Numbers over time. The drawing is for eyes alone: `summary` says what it shows, and `rows` stand below as a table.
 * @param props.x seconds since the session's start
 */
export function Plot(props: {
  name: string;
  summary: string;
  x: readonly number[];
  lines: readonly Line[];
  /** Of the values, on the axis. */
  format: (value: number) => string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Said of rows that are not in the table. */
  left?: string | undefined;
}) {
  const { x, lines, format, name } = props;
  const title = useId();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = useTheme((state) => state.theme);
  const dark = useSyncExternalStore(onScheme, () => DARK.matches);
  const shape = JSON.stringify(lines.map(({ look, points, stepped }) => [look, points, stepped]));

  useEffect(() => {
    const element = box.current!;
    const made = new uPlot(
      optionsOf(element, JSON.parse(shape) as [Line['look'], boolean | null, boolean | null][], format),
      undefined,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(([entry]) =>
      made.setSize({ width: Math.floor(entry!.contentRect.width), height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // Another theme has other colours, which a canvas takes once.
  }, [shape, format, theme, dark]);

  useEffect(() => {
    plot.current?.setData([[...x], ...lines.map(({ values }) => [...values])]);
  }, [x, lines, shape, format, theme, dark]);

  return (
    <figure className={styles.plot} aria-labelledby={title}>
      <figcaption id={title} className={styles.caption}>
        <strong>{name}.</strong> {props.summary}
      </figcaption>
      {lines.length > 1 && (
        <p className={styles.key}>
          {lines.map((line) => (
            <span key={line.name} className={styles[line.look]}>
              <i aria-hidden="true" /> {line.name}
            </span>
          ))}
        </p>
      )}
      <div ref={box} className={styles.box} aria-hidden="true" />
      <details className={styles.numbers}>
        <summary>The numbers</summary>
        <div className={styles.scroller} role="region" aria-label={`${name}: the numbers`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {props.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {props.rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, column) => (
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {props.left && <p className={styles.left}>{props.left}</p>}
      </details>
    </figure>
  );
}

function onScheme(changed: () => void): () => void {
  DARK.addEventListener('change', changed);
  return () => DARK.removeEventListener('change', changed);
}

function optionsOf(
  element: HTMLElement,
  shape: readonly (readonly [Line['look'], boolean | null, boolean | null])[],
  format: (value: number) => string,
): uPlot.Options {
  const colours = coloursOf(element);
  const axis = {
    stroke: colours.soft,
    font: `12px ${colours.font}`,
    grid: { stroke: colours.rule, width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(1, Math.floor(element.clientWidth)),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(max, 1e-9) * 1.1] } },
    axes: [
      { ...axis, grid: { show: false }, values: (_, marks) => marks.map(moment) },
      { ...axis, size: 64, values: (_, marks) => marks.map(format) },
    ],
    series: [
      {},
      ...shape.map(([look, points, stepped]) => ({
        stroke: colours[look],
        width: 1.5,
        dash: dashes[look],
        points: { show: points === true, size: 5 },
        ...(stepped && { paths: uPlot.paths.stepped!({ align: 1 }) }),
      })),
    ],
  };
}

/** As the style sheets resolve them now. */
function coloursOf(element: HTMLElement) {
  const probe = document.createElement('span');
  element.append(probe);
  const of = (className: string | undefined): string => {
    probe.className = className ?? '';
    return getComputedStyle(probe).color;
  };
  const colours = {
    first: of(styles.first),
    second: of(styles.second),
    soft: of(styles.soft),
    rule: of(styles.rule),
    font: getComputedStyle(probe).fontFamily,
  };
  probe.remove();
  return colours;
}

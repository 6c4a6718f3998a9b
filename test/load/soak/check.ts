/** What a soak says of one thing that it looked at. */
export interface Check {
  readonly what: string;
  readonly found: string;
  readonly wanted: string;
  /** Undefined: too short a run to judge by. */
  readonly ok: boolean | undefined;
}

/** How much of it. A short run judges no rates: a few seconds on a busy machine say nothing of them. */
export interface Size {
  readonly cycles: number;
  readonly slow: number;
  readonly stuck: number;
  /** After which stuck tunnels end. */
  readonly stallSeconds: number;
  readonly tunnels: number;
  /** For each rate that is measured. */
  readonly seconds: number;
  readonly judgesRates: boolean;
}

export function atLeast(what: string, found: number, least: number, judged: boolean): Check {
  return {
    what,
    found: `${found.toFixed(2)} ×`,
    wanted: `≥ ${least} ×`,
    ok: judged ? found >= least : undefined,
  };
}

export function atMost(what: string, found: number, most: number, unit = ''): Check {
  const digits = Number.isInteger(found) ? 0 : 1;
  return { what, found: `${found.toFixed(digits)}${unit}`, wanted: `≤ ${most}${unit}`, ok: found <= most };
}

export function exactly(what: string, found: number | string | null, wanted: number | string): Check {
  return { what, found: String(found), wanted: String(wanted), ok: found === wanted };
}

import { type BufferBudget } from './budget.js';
import { type Clock } from './clock.js';
import { type Meter } from './limits/meter.js';

/** What both ways of a tunnel have in common. */
export interface StreamOptions {
  readonly clock: Clock;
  readonly budget: BufferBudget;
  /** To be called when the budget is exceeded: relief.ts. */
  readonly relieve: () => void;
  /** Counts the bytes of both. */
  readonly meter: Meter;
}

import { lazy, useState, type ComponentType } from 'react';

/** A component whose script is loaded when it is first shown, or before that by `prepare`. */
export interface OnDemand {
  readonly component: ComponentType;
  /** Loads it ahead. Then it shows at once: React's own lazy components wait for a moment, even for what is there. */
  readonly prepare: () => void;
}

export function onDemand(load: () => Promise<ComponentType>): OnDemand {
  let loaded: ComponentType | undefined;
  const loading = () =>
    load().then((component) => {
      loaded = component;
      return { default: component };
    });
  const Later = lazy(loading);
  return {
    component: function OnDemand() {
      // Once for as long as it is shown: what comes meanwhile must not take the place of what shows it already.
      const [Now] = useState(() => loaded ?? Later);
      return <Now />;
    },
    // Without it, showing it says that it is gone.
    prepare: () => void loading().catch(() => undefined),
  };
}

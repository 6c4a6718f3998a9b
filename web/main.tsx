import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './App.js';
import { useHashPath } from './route.js';
import { prepareNextScreen } from './screens.js';
import { close, prepare, showBundled } from './store/client.js';
import { keepForOffline } from './store/offline.js';
import { askPresence } from './store/presence.js';

void askPresence();
prepare();
showBundled();
keepForOffline();
// A page in the back/forward cache would keep its session, and the node a peer that no longer answers.
addEventListener('pagehide', close);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Router hook={useHashPath}>
      <App />
    </Router>
  </StrictMode>,
);
prepareNextScreen();

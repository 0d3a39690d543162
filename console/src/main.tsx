import './base.css';
import { createRoot } from 'react-dom/client';
createRoot(document.getElementById('root')!).render(<h1>livecert</h1>);

import { render } from 'preact';
import { App } from './app.tsx';
import 'uplot/dist/uPlot.min.css';
import './style.css';

const page = document.getElementById('page');
if (page) render(<App />, page);

export { openBrowser } from './browser.js';
export { startLiveView, type LiveView } from './live.js';
export { connectOverseer, listenForTests, type Overseer } from './link.js';
export type { Answer, Question } from './message.js';

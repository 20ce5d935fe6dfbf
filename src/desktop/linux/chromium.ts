import type { Element } from '../types.js';

/**
 * The text that a field for numbers shows. Chromium 156 at times goes on telling the text that was there before, while
 * its value is the one that is shown; with no number in it, the value is 0 and the text right.
 */
export function amendNumber(element: Element): Element {
  const { role, text, value } = element;
  if (role !== 'spin button' || text === undefined || text.trim() === '' || value === undefined)
    return element;
  const told = Number(text);
  return Number.isNaN(told) || told === value.current ? element : { ...element, text: String(value.current) };
}

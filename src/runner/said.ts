import type { Redactor } from '../spec/index.js';

const redactors = new WeakMap<object, Redactor>();

/** Has the matchers of an object take the values of secrets out of what they are given, as it does of what it gives. */
export function redactSaid(object: object, redactor: Redactor): void {
  redactors.set(object, redactor);
}

/** What a matcher of the object is given, with secrets in the place of their values. */
export function said(object: object, given: readonly unknown[]): readonly unknown[] {
  const redactor = redactors.get(object);
  if (redactor === undefined) return given;
  const redacted = (each: unknown): unknown => {
    if (typeof each === 'string') return redactor.text(each);
    return Array.isArray(each) ? each.map(redacted) : each;
  };
  return given.map(redacted);
}

import type { Element } from '../desktop/types.js';

/** The elements of a screen with the ways between them. */
export class Tree {
  readonly elements: readonly Element[];
  readonly #byId: ReadonlyMap<string, Element>;

  constructor(elements: readonly Element[]) {
    this.elements = elements;
    this.#byId = new Map(elements.map((element) => [element.id, element]));
  }

  /** Whether `inner` lies anywhere below `outer`. */
  isBelow(inner: Element, outer: Element): boolean {
    let at = inner.parent;
    // An application may claim a circle.
    for (let depth = 0; at !== undefined && depth < 100; depth++) {
      if (at === outer.id) return true;
      at = this.#byId.get(at)?.parent;
    }
    return false;
  }

  below(outer: Element): readonly Element[] {
    return this.elements.filter((each) => this.isBelow(each, outer));
  }
}

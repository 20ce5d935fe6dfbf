import { decodePng, encodePng, fillRect, union, type Color, type Frame } from '../image/index.js';
import { redactError, type Secrets } from '../spec/index.js';
import { coveredBoxes, coveredLines, windowsWithoutText } from './cover.js';
import { fieldsWithFocus, followFields, type Field, type Look } from './fields.js';
import type { TextReader } from './ocr/index.js';
import { textRole, withText } from './text.js';
import type {
  Action,
  Box,
  Desktop,
  Element,
  Picture,
  Point,
  ReadDesktop,
  Screenshot,
  ScreenshotOptions,
} from './types.js';

/** What is filled has this colour, which applications seldom have. */
export const fillColor: Color = [91, 42, 134];

/**
 * How often the picture and the tree are looked at until they agree, and for how long they have to, in milliseconds:
 * an application may tell its tree a moment after it has drawn.
 */
const agreement = { looks: 5, pause: 40 };

/**
 * The same desktop, seen without the values of secrets: texts have `{{secret NAME}}` in their place, and in pictures
 * the fields into which they were typed, and whatever shows them, are filled. What is typed may hold
 * `{{secret NAME}}`, which is replaced as the last thing. Where the tree cannot be read, the whole picture is filled.
 */
export function withSecrets(
  bare: Desktop,
  { secrets, reader }: { readonly secrets: Secrets; readonly reader: Pick<TextReader, 'read'> },
): ReadDesktop {
  const desktop = withText(bare, reader);
  if (secrets.none) {
    return { ...desktop, perform: async (action) => desktop.perform(revealed(action, secrets)) };
  }
  return guarded(new Veil(bare, { desktop, secrets, reader }), secrets);
}

/** Errors of the desktop tell what it was asked to type. */
function guarded(veil: Veil, { redactor }: Secrets): ReadDesktop {
  const safely = async <Value>(done: Promise<Value>): Promise<Value> => {
    try {
      return await done;
    } catch (error) {
      throw redactError(error, redactor);
    }
  };
  return {
    screenshot: (options) => safely(veil.screenshot(options)),
    picture: () => safely(veil.picture()),
    revision: () => safely(veil.revision()),
    changes: (options) => safely(veil.changes(options)),
    elements: () => safely(veil.elements()),
    texts: () => safely(veil.texts()),
    windows: () => safely(veil.windows()),
    perform: (action) => safely(veil.perform(action)),
    closeWindow: (id) => safely(veil.closeWindow(id)),
    changeWindow: (options) => safely(veil.changeWindow(options)),
    waitForChange: (options) => safely(veil.waitForChange(options)),
  };
}

interface Parts {
  /** With the text of windows that have no tree. */
  readonly desktop: ReturnType<typeof withText>;
  readonly secrets: Secrets;
  readonly reader: Pick<TextReader, 'read'>;
}

/** Knows the fields that secrets were typed into, and the picture that was filled last. */
class Veil implements Desktop {
  readonly #bare: Desktop;
  readonly #parts: Parts;
  #fields: readonly Field[] = [];
  /** From when a secret was typed until something else is done. */
  #typing = false;
  #clicked: Point | undefined;
  #boxes: readonly Box[] = [];
  #filled: Screenshot | undefined;
  #decoded: { readonly shot: Screenshot; readonly picture: Picture } | undefined;

  constructor(bare: Desktop, parts: Parts) {
    this.#bare = bare;
    this.#parts = parts;
  }

  async screenshot(options: ScreenshotOptions = {}): Promise<Screenshot> {
    // The picture that is filled last is one without pointer.
    const isPlain = options.cursor !== 'shown';
    let boxes = this.#boxes;
    let first: { readonly revision: number; readonly time: number } | undefined;
    for (let looks = 1; ; looks++) {
      const shot = await this.#bare.screenshot(options);
      if (isPlain && this.#filled?.revision === shot.revision) return this.#filled;
      if (first?.revision !== shot.revision) first = { revision: shot.revision, time: performance.now() };
      const frame = decodePng(shot.png);
      const before = this.#boxes;
      const seen = await this.#boxesIn(frame).catch(() => undefined);
      // Nothing is known of what the picture shows.
      if (seen === undefined) return fill(shot, frame, [{ x: 0, y: 0, ...frame }]);
      this.#boxes = seen;
      boxes = [...boxes, ...seen, ...between(before, seen)];
      const left = Math.max(0, first.time + agreement.pause - performance.now());
      const agrees = isSame(before, seen) && (left === 0 || !this.#parts.secrets.revealed());
      const changed = await this.#bare.waitForChange({ since: shot.revision, timeout: agrees ? 0 : left });
      if (agrees && !changed) {
        const filled = fill(shot, frame, seen);
        if (isPlain) this.#filled = filled;
        return filled;
      }
      // What moves all the time is filled where it was, where it is and in between.
      if (looks === agreement.looks) return fill(shot, frame, boxes);
    }
  }

  async picture(): Promise<Picture> {
    const shot = await this.screenshot();
    if (this.#decoded?.shot !== shot) {
      this.#decoded = { shot, picture: { ...decodePng(shot.png), revision: shot.revision } };
    }
    return this.#decoded.picture;
  }

  revision(): Promise<number> {
    return this.#bare.revision();
  }

  changes(options: Parameters<Desktop['changes']>[0]): ReturnType<Desktop['changes']> {
    return this.#bare.changes(options);
  }

  async elements(): Promise<readonly Element[]> {
    const { desktop } = this.#parts;
    const elements = await desktop.elements();
    return elements.map((element) => this.#redacted(element));
  }

  async texts(): Promise<readonly Element[]> {
    return (await this.#parts.desktop.texts()).map((element) => this.#redacted(element));
  }

  async windows(): ReturnType<Desktop['windows']> {
    const { redactor } = this.#parts.secrets;
    return (await this.#bare.windows()).map((each) => ({ ...each, title: redactor.text(each.title) }));
  }

  async perform(action: Action): Promise<void> {
    const { secrets } = this.#parts;
    // What is typed after a secret may go elsewhere.
    this.#typing = false;
    if (action.type === 'click' || action.type === 'double_click') this.#clicked = action;
    const real = revealed(action, secrets);
    if (real.type !== 'type' || secrets.redactor.text(real.text) === real.text) {
      return this.#bare.perform(real);
    }
    const screen = { x: 0, y: 0, width: 1e5, height: 1e5 };
    const unknown: Field = { box: screen, windowBox: screen };
    this.#mark(fieldsWithFocus(await this.#look(), this.#clicked) ?? [unknown]);
    await this.#bare.perform(real);
    this.#typing = true;
  }

  closeWindow(id: number): Promise<void> {
    return this.#bare.closeWindow(id);
  }

  changeWindow(options: Parameters<Desktop['changeWindow']>[0]): Promise<void> {
    return this.#bare.changeWindow(options);
  }

  waitForChange(options: Parameters<Desktop['waitForChange']>[0]): Promise<boolean> {
    return this.#bare.waitForChange(options);
  }

  async #look(): Promise<Look> {
    const [elements, windows] = await Promise.all([this.#bare.elements(), this.#bare.windows()]);
    const look = { elements, windows };
    this.#fields = followFields(this.#fields, look);
    // Fields of one character hand the focus on while a secret is typed.
    if (this.#typing) {
      const focused = fieldsWithFocus(look, this.#clicked) ?? [];
      this.#mark(focused.filter(({ element }) => element !== undefined));
    }
    return look;
  }

  #mark(found: readonly Field[]): void {
    const key = ({ element, window }: Field): string => `${window} ${element}`;
    const known = new Set(this.#fields.map(key));
    const fresh = found.filter((field) => !known.has(key(field)));
    if (fresh.length === 0) return;
    this.#fields = [...this.#fields, ...fresh];
    this.#filled = undefined;
  }

  async #boxesIn(frame: Frame): Promise<readonly Box[]> {
    const look = await this.#look();
    const { secrets, reader } = this.#parts;
    const boxes = coveredBoxes(look, { fields: this.#fields, redactor: secrets.redactor });
    if (!secrets.revealed() || windowsWithoutText(look).length === 0) return boxes;
    return [...boxes, ...coveredLines(await reader.read(frame), secrets.redactor)];
  }

  #redacted(element: Element): Element {
    const { redactor } = this.#parts.secrets;
    if (element.role === textRole) {
      const secret = redactor.resembles(element.name);
      const name = redactor.text(element.name);
      return {
        ...element,
        name: secret !== undefined && name === element.name ? `{{secret ${secret}}}` : name,
      };
    }
    const isField = this.#fields.some(({ element: id }) => id === element.id);
    // It may have taken only a part of what was typed.
    const clean = (text: string): string => (isField ? redactor.pieces(text) : redactor.text(text));
    const { description, value, ...rest } = element;
    return {
      ...rest,
      ...(description === undefined ? {} : { description: clean(description) }),
      // A number cannot say that it is a secret.
      ...(value === undefined || redactor.text(String(value.current)) !== String(value.current)
        ? {}
        : { value }),
      name: clean(element.name),
      labels: element.labels.map((label) => redactor.text(label)),
      ...(element.text === undefined ? {} : { text: clean(element.text) }),
    };
  }
}

function revealed(action: Action, secrets: Secrets): Action {
  return action.type === 'type' ? { ...action, text: secrets.reveal(action.text) } : action;
}

function fill(shot: Screenshot, frame: Frame, boxes: readonly Box[]): Screenshot {
  if (boxes.length === 0) return shot;
  for (const box of boxes) fillRect(frame, box, fillColor);
  return { ...shot, png: encodePng(frame) };
}

function isSame(a: readonly Box[], b: readonly Box[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The ways of boxes that have moved; where some came or went, nobody knows which moved where. */
function between(before: readonly Box[], after: readonly Box[]): readonly Box[] {
  return before.length === after.length ? before.map((box, index) => union(box, after[index]!)) : [];
}

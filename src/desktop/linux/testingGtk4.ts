// A program for the tests: a window of GTK 4 with nothing but a text, which no small package of Debian has.
import { load, type Pointer } from '../../native/koffi.js';

const gtk = load('libgtk-4.so.1');
const init: () => void = gtk.func('void gtk_init()');
const newWindow: () => Pointer = gtk.func('void *gtk_window_new()');
const newTextView: () => Pointer = gtk.func('void *gtk_text_view_new()');
const setTitle: (window: Pointer, title: string) => void = gtk.func(
  'void gtk_window_set_title(void *window, const char *title)',
);
const setSize: (window: Pointer, width: number, height: number) => void = gtk.func(
  'void gtk_window_set_default_size(void *window, int width, int height)',
);
const setChild: (window: Pointer, child: Pointer) => void = gtk.func(
  'void gtk_window_set_child(void *window, void *child)',
);
const present: (window: Pointer) => void = gtk.func('void gtk_window_present(void *window)');
const iterate: (context: Pointer, mayBlock: number) => number = load('libglib-2.0.so.0').func(
  'int g_main_context_iteration(void *context, int may_block)',
);

init();
const window = newWindow();
setTitle(window, 'Text of GTK 4');
setSize(window, 500, 300);
setChild(window, newTextView());
present(window);
for (;;) iterate(null, 1);

/** Undoes what PNG did to a row before it was compressed; section 9 of its specification. False for an unknown filter. */
export function unfilterRow(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  bytesPerPixel: number,
): boolean {
  if (filter === 0) return true;
  if (filter === 1) addLeft(row, bytesPerPixel);
  else if (filter === 2) addAbove(row, above);
  else if (filter === 3) addMean(row, above, bytesPerPixel);
  else if (filter === 4) addPredicted(row, above, bytesPerPixel);
  else return false;
  return true;
}

function addLeft(row: Uint8Array, bytesPerPixel: number): void {
  for (let at = bytesPerPixel; at < row.length; at++) row[at] = row[at]! + row[at - bytesPerPixel]!;
}

/** Four bytes at a time where they lie so: the high bits are kept out so that nothing is carried between bytes. */
function addAbove(row: Uint8Array, above: Uint8Array): void {
  let at = 0;
  if (row.byteOffset % 4 === 0 && above.byteOffset % 4 === 0) {
    const count = row.length >> 2;
    const changes = new Int32Array(row.buffer, row.byteOffset, count);
    const others = new Int32Array(above.buffer, above.byteOffset, count);
    for (let i = 0; i < count; i++) {
      const change = changes[i]!;
      const other = others[i]!;
      changes[i] = ((change & 0x7f7f7f7f) + (other & 0x7f7f7f7f)) ^ ((change ^ other) & 0x80808080);
    }
    at = count * 4;
  }
  for (; at < row.length; at++) row[at] = row[at]! + above[at]!;
}

function addMean(row: Uint8Array, above: Uint8Array, bytesPerPixel: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at < bytesPerPixel ? 0 : row[at - bytesPerPixel]!;
    row[at] = row[at]! + ((left + above[at]!) >> 1);
  }
}

/** Paeth's filter: the neighbour nearest to left + above - corner. */
function addPredicted(row: Uint8Array, above: Uint8Array, bytesPerPixel: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at < bytesPerPixel ? 0 : row[at - bytesPerPixel]!;
    const corner = at < bytesPerPixel ? 0 : above[at - bytesPerPixel]!;
    const up = above[at]!;
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    const predicted = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    row[at] = row[at]! + predicted;
  }
}

import type { FieldIndexes, FieldPage, FieldPlace, MessageField } from '../../worker/protocol.js';

/** A row of the tree as it stands open. */
export interface FieldRow {
  readonly path: FieldIndexes;
  /** Its name with those of the fields around it: 'transactions[3].inputs'. */
  readonly place: string;
  /** Undefined while the worker is asked for it. */
  readonly field: MessageField | undefined;
  /** How many fields its parent has. */
  readonly siblings: number;
  readonly open: boolean;
}

interface Node {
  readonly path: FieldIndexes;
  readonly place: string;
  readonly total: number;
  readonly fields: Map<number, MessageField>;
  /** Those of its fields that were opened once, and stand open now. */
  readonly nodes: Map<number, Node>;
  open: number[];
  /** Rows below it. */
  size: number;
}

/** As many as the worker answers with at once. */
const PAGE = 100;
const key = (path: FieldIndexes): string => path.join('.');

/** The fields of a message as far as somebody opened them; what nobody opened is not there. It changes in place. */
export class FieldTree {
  readonly #root: Node;
  readonly #asked = new Set<string>();

  /** @param pages each page's parent in a page before it; all of them stand open */
  constructor(pages: readonly FieldPage[]) {
    this.#root = node([], '', pages[0]?.total ?? 0);
    for (const page of pages) this.add(page);
    for (const page of pages) this.open(page.path);
  }

  /** Rows in all. */
  get length(): number {
    return this.#root.size;
  }

  add({ path, from, fields }: FieldPage): void {
    const parent = this.#nodeAt(path);
    fields.forEach((field, at) => parent?.fields.set(from + at, field));
  }

  /** Opens a field, and those around it. */
  open(path: FieldIndexes): void {
    let parent = this.#root;
    for (const at of path) {
      const child = this.#child(parent, at);
      if (child === undefined) return;
      if (!parent.open.includes(at)) parent.open = [...parent.open, at].sort((a, b) => a - b);
      parent = child;
    }
    measure(this.#root);
  }

  close(path: FieldIndexes): void {
    const parent = this.#nodeAt(path.slice(0, -1));
    if (parent) parent.open = parent.open.filter((at) => at !== path.at(-1));
    measure(this.#root);
  }

  /** @param row from 0 to `length` − 1 */
  rowAt(row: number): FieldRow {
    let parent = this.#root;
    let left = row;
    descend: for (;;) {
      for (const at of parent.open) {
        if (left <= at) break;
        const child = parent.nodes.get(at)!;
        if (left <= at + child.size) {
          left -= at + 1;
          parent = child;
          continue descend;
        }
        left -= child.size;
      }
      const field = parent.fields.get(left);
      return {
        path: [...parent.path, left],
        place: placeOf(parent, field),
        field,
        siblings: parent.total,
        open: parent.open.includes(left),
      };
    }
  }

  /** The row of a field whose parents stand open. */
  rowOf(path: FieldIndexes): number | undefined {
    let parent: Node | undefined = this.#root;
    let row = -1;
    for (const at of path) {
      if (parent === undefined) return undefined;
      row += 1 + at;
      for (const opened of parent.open) if (opened < at) row += parent.nodes.get(opened)!.size;
      parent = parent.open.includes(at) ? parent.nodes.get(at) : undefined;
    }
    return row;
  }

  /** What has to be asked for to show these rows; the same is not named twice. */
  missing(start: number, end: number): FieldPlace[] {
    const places: FieldPlace[] = [];
    for (let row = start; row < end; row++) {
      const { path, field } = this.rowAt(row);
      if (field !== undefined) continue;
      const at = path.at(-1)!;
      const place = { path: path.slice(0, -1), from: at - (at % PAGE) };
      const asked = `${key(place.path)}:${place.from}`;
      if (this.#asked.has(asked)) continue;
      this.#asked.add(asked);
      places.push(place);
    }
    return places;
  }

  #nodeAt(path: FieldIndexes): Node | undefined {
    return path.reduce<Node | undefined>((parent, at) => parent && this.#child(parent, at), this.#root);
  }

  /** Made when it is first opened. */
  #child(parent: Node, at: number): Node | undefined {
    const known = parent.nodes.get(at);
    const field = parent.fields.get(at);
    if (known !== undefined || field === undefined || field.parts === 0) return known;
    const made = node([...parent.path, at], placeOf(parent, field), field.parts);
    parent.nodes.set(at, made);
    return made;
  }
}

const node = (path: FieldIndexes, place: string, total: number): Node => ({
  path,
  place,
  total,
  fields: new Map(),
  nodes: new Map(),
  open: [],
  size: total,
});

function placeOf(parent: Node, field: MessageField | undefined): string {
  const name = field?.name ?? '…';
  return parent.place === '' || name.startsWith('[') ? parent.place + name : `${parent.place}.${name}`;
}

function measure(parent: Node): number {
  parent.size = parent.open.reduce((sum, at) => sum + measure(parent.nodes.get(at)!), parent.total);
  return parent.size;
}
